package dev.latchkey.keys.issuing;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.keys.credits.CreditAccounts;
import dev.latchkey.keys.credits.CreditAccounts.Change;
import dev.latchkey.keys.credits.CreditAccounts.Holder;
import dev.latchkey.keys.credits.CreditDraft;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.audit.AuditChange;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AddCreditsRequest;
import dev.latchkey.proto.keys.v1.AddCreditsResponse;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.GetCreditsRequest;
import dev.latchkey.proto.keys.v1.GetCreditsResponse;
import dev.latchkey.proto.keys.v1.RemoveCreditsRequest;
import dev.latchkey.proto.keys.v1.RemoveCreditsResponse;
import dev.latchkey.proto.keys.v1.SetCreditsRequest;
import dev.latchkey.proto.keys.v1.SetCreditsResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Serves CreditService: reads the fields, has {@link CreditAccounts} do it, answers. */
@Singleton
class CreditEndpoint extends CreditServiceGrpc.CreditServiceImplBase implements ManagementEndpoint {
  private final KeyManagement keys;
  private final KeyWrites writes;
  private final CreditAccounts accounts;
  private final Transactions transactions;

  CreditEndpoint(
      KeyManagement keys, KeyWrites writes, CreditAccounts accounts, Transactions transactions) {
    this.keys = keys;
    this.writes = writes;
    this.accounts = accounts;
    this.transactions = transactions;
  }

  @Override
  public void getCredits(GetCreditsRequest request, StreamObserver<GetCreditsResponse> observer) {
    Fields in = new Fields();
    Holder holder = CreditRequests.holder(in, request.getKeyId(), request.getNodeId());
    in.check();
    var _ = requireReach(holder);
    Credits credits =
        CreditMessages.credits(transactions.read(connection -> accounts.get(connection, holder)));
    observer.onNext(GetCreditsResponse.newBuilder().setCredits(credits).build());
    observer.onCompleted();
  }

  @Override
  public void setCredits(SetCreditsRequest request, StreamObserver<SetCreditsResponse> observer) {
    Fields in = new Fields();
    Holder holder = CreditRequests.holder(in, request.getKeyId(), request.getNodeId());
    CreditDraft draft = CreditRequests.required(in, request.hasCredits(), request.getCredits());
    Optional<UUID> requestId = CreditRequests.requestId(in, request.getRequestId());
    in.check();
    AuditTarget target = requireReach(holder);
    write(
        observer,
        target,
        new Call<>("SetCredits", request, requestId, SetCreditsResponse.parser()),
        transaction ->
            Optional.of(accounts.set(transaction.connection(), holder, draft, request.getEtag())),
        credits -> SetCreditsResponse.newBuilder().setCredits(credits).build());
  }

  @Override
  public void addCredits(AddCreditsRequest request, StreamObserver<AddCreditsResponse> observer) {
    Fields in = new Fields();
    Holder holder = CreditRequests.holder(in, request.getKeyId(), request.getNodeId());
    long amount = CreditRequests.added(in, request.getAmount());
    Optional<UUID> requestId = CreditRequests.requestId(in, request.getRequestId());
    in.check();
    AuditTarget target = requireReach(holder);
    write(
        observer,
        target,
        new Call<>("AddCredits", request, requestId, AddCreditsResponse.parser()),
        transaction -> Optional.of(accounts.add(transaction.connection(), holder, amount)),
        credits -> AddCreditsResponse.newBuilder().setCredits(credits).build());
  }

  @Override
  public void removeCredits(
      RemoveCreditsRequest request, StreamObserver<RemoveCreditsResponse> observer) {
    Fields in = new Fields();
    Holder holder = CreditRequests.holder(in, request.getKeyId(), request.getNodeId());
    Optional<UUID> requestId = CreditRequests.requestId(in, request.getRequestId());
    in.check();
    AuditTarget target = requireReach(holder);
    write(
        observer,
        target,
        new Call<>("RemoveCredits", request, requestId, RemoveCreditsResponse.parser()),
        transaction -> accounts.remove(transaction.connection(), holder, request.getEtag()),
        credits -> RemoveCreditsResponse.getDefaultInstance());
  }

  /** Throws for a key or node that the caller may not see, or not do this with. */
  private AuditTarget requireReach(Holder holder) {
    Caller caller = Caller.current();
    List<UUID> lineage =
        holder.node()
            ? keys.node(caller, holder.id()).ids()
            : keys.get(caller, holder.id()).binding().lineage();
    return CreditMessages.target(holder.id(), lineage);
  }

  /** What is written, and how its repeats are told from others'. */
  private record Call<A extends Message>(
      String name, Message request, Optional<UUID> requestId, Parser<A> parser) {}

  private <A extends Message> void write(
      StreamObserver<A> observer,
      AuditTarget target,
      Call<A> call,
      Function<KeyTransaction, Optional<Change>> work,
      Function<Credits, A> toAnswer) {
    AtomicReference<Optional<Change>> made = new AtomicReference<>(Optional.empty());
    A answer =
        writes.run(
            new KeyWrites.Write<>(
                call.name(),
                call.request(),
                call.requestId().orElse(null),
                call.parser(),
                UnaryOperator.identity(),
                transaction -> {
                  Optional<Credits> before =
                      accounts
                          .find(transaction.connection(), target.id())
                          .map(CreditMessages::credits);
                  Optional<Change> change = work.apply(transaction);
                  change.ifPresent(
                      present -> {
                        touch(transaction, present);
                        transaction.note(
                            new AuditChange(
                                target, before.orElse(null), after(present).orElse(null)));
                      });
                  made.set(change);
                  return toAnswer.apply(
                      change.flatMap(this::after).orElse(Credits.getDefaultInstance()));
                }));
    made.get().ifPresent(accounts::hold);
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** The account after a change; empty where it was closed. */
  private Optional<Credits> after(Change change) {
    return switch (change) {
      case Change.Opened opened ->
          Optional.of(CreditMessages.credits(accounts.shown(opened.account())));
      case Change.Changed changed ->
          Optional.of(CreditMessages.credits(accounts.shown(changed.account())));
      case Change.Closed _ -> Optional.empty();
    };
  }

  /** Has read anew, on every node: keys that have an account, or none, from now on; accounts. */
  private static void touch(KeyTransaction transaction, Change change) {
    switch (change) {
      case Change.Opened opened -> {
        touch(transaction, opened.holder());
        touchNodes(transaction, opened.node());
      }
      case Change.Closed closed -> {
        closed.holders().forEach(id -> touch(transaction, id));
        touchNodes(transaction, closed.node());
        transaction.touched().account(closed.accountId());
      }
      case Change.Changed changed -> transaction.touched().account(changed.account().id());
    }
  }

  private static void touchNodes(KeyTransaction transaction, boolean node) {
    if (node) {
      transaction.touched().nodeAccounts();
    }
  }

  private static void touch(KeyTransaction transaction, UUID holder) {
    KeyStore.byId(transaction.connection(), holder).ifPresent(transaction::touch);
  }
}
