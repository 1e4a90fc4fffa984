package dev.latchkey.keys.issuing;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.DisableKeyResponse;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyResponse;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyResponse;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeKeyResponse;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Serves KeyService: reads the fields, has {@link KeyManagement} do it, answers. */
@Singleton
class KeyEndpoint extends KeyServiceGrpc.KeyServiceImplBase implements ManagementEndpoint {
  private static final Duration LONGEST_GRACE = Duration.ofDays(30);
  private static final int LONGEST_NOTE = 500;

  private final KeyManagement keys;
  private final KeyIssuing issuing;
  private final GrantRules grants;
  private final KeySwitches switches;
  private final KeyOwners owners;
  private final KeyWrites writes;
  private final KeyLists lists;
  private final KeyAnswers answers;

  KeyEndpoint(
      KeyManagement keys,
      KeyIssuing issuing,
      GrantRules grants,
      KeySwitches switches,
      KeyOwners owners,
      KeyWrites writes,
      KeyLists lists,
      KeyAnswers answers) {
    this.keys = keys;
    this.issuing = issuing;
    this.grants = grants;
    this.switches = switches;
    this.owners = owners;
    this.writes = writes;
    this.lists = lists;
    this.answers = answers;
  }

  @Override
  public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> observer) {
    Fields in = new Fields();
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    KeyDraft draft = KeyRequests.draft(in, request, keys.now());
    in.check();
    Caller caller = Caller.current();
    Lineage lineage = keys.node(caller, draft.nodeId());
    Optional<UUID> owner = owners.ofNewKey(caller, draft, lineage);
    grants.lookUp(lineage, draft.scopes(), draft.roles());
    AtomicReference<@Nullable Secret> secret = new AtomicReference<>();
    CreateKeyResponse stored =
        writes.run(
            new KeyWrites.Write<>(
                "CreateKey",
                request,
                requestId,
                CreateKeyResponse.parser(),
                first -> {
                  throw KeyRefusals.secretAlreadyIssued(requestId, first.getKey().getId());
                },
                transaction -> {
                  IssuedKey issued =
                      issuing.issue(transaction, caller, draft, owner.orElse(null), lineage);
                  secret.set(issued.secret());
                  return CreateKeyResponse.newBuilder()
                      .setKey(answers.ofNew(transaction, issued.key(), draft.credits().isPresent()))
                      .build();
                }));
    respond(observer, stored.toBuilder().setSecret(handOut(secret)).build());
  }

  @Override
  public void getKey(GetKeyRequest request, StreamObserver<GetKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    in.check();
    StoredKey key = keys.get(Caller.current(), id);
    respond(observer, GetKeyResponse.newBuilder().setKey(answers.withCredits(key)).build());
  }

  @Override
  public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> observer) {
    respond(observer, lists.list(Caller.current(), request));
  }

  @Override
  public void updateKey(UpdateKeyRequest request, StreamObserver<UpdateKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    Set<String> paths = in.mask("update_mask", request.getUpdateMask(), KeyPatch.KNOWN);
    KeyPatch patch = KeyRequests.patch(in, request, paths, keys.now());
    in.check();
    keys.lookUp(Caller.current(), id, patch);
    write(
        observer,
        "UpdateKey",
        request,
        requestId,
        UpdateKeyResponse.parser(),
        transaction -> keys.update(transaction, Caller.current(), id, request.getEtag(), patch),
        key -> UpdateKeyResponse.newBuilder().setKey(key).build());
  }

  @Override
  public void rotateKey(RotateKeyRequest request, StreamObserver<RotateKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    Duration grace = in.duration("grace_period", request.getGracePeriod(), LONGEST_GRACE);
    in.check();
    Caller caller = Caller.current();
    AtomicReference<@Nullable Secret> secret = new AtomicReference<>();
    RotateKeyResponse stored =
        writes.run(
            new KeyWrites.Write<>(
                "RotateKey",
                request,
                requestId,
                RotateKeyResponse.parser(),
                first -> {
                  throw KeyRefusals.secretAlreadyIssued(requestId, first.getKey().getId());
                },
                transaction -> {
                  KeyManagement.Rotation rotation =
                      keys.rotate(transaction, caller, id, request.getEtag(), grace);
                  secret.set(rotation.successor().secret());
                  return RotateKeyResponse.newBuilder()
                      .setKey(answers.of(transaction, rotation.successor().key()))
                      .setPreviousKey(answers.of(transaction, rotation.previous()))
                      .build();
                }));
    respond(observer, stored.toBuilder().setSecret(handOut(secret)).build());
  }

  @Override
  public void disableKey(DisableKeyRequest request, StreamObserver<DisableKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    in.check();
    write(
        observer,
        "DisableKey",
        request,
        requestId,
        DisableKeyResponse.parser(),
        transaction -> switches.disable(transaction, Caller.current(), id, request.getEtag()),
        key -> DisableKeyResponse.newBuilder().setKey(key).build());
  }

  @Override
  public void enableKey(EnableKeyRequest request, StreamObserver<EnableKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    in.check();
    write(
        observer,
        "EnableKey",
        request,
        requestId,
        EnableKeyResponse.parser(),
        transaction -> switches.enable(transaction, Caller.current(), id, request.getEtag()),
        key -> EnableKeyResponse.newBuilder().setKey(key).build());
  }

  @Override
  public void revokeKey(RevokeKeyRequest request, StreamObserver<RevokeKeyResponse> observer) {
    Fields in = new Fields();
    UUID id = in.id("id", request.getId());
    UUID requestId = in.optionalId("request_id", request.getRequestId());
    StoredKey.Revocation.Reason reason = KeyFields.revocationReason(in, request.getReason());
    String note = in.optionalText("note", request.getNote(), LONGEST_NOTE);
    in.check();
    write(
        observer,
        "RevokeKey",
        request,
        requestId,
        RevokeKeyResponse.parser(),
        transaction ->
            switches.revoke(transaction, Caller.current(), id, request.getEtag(), reason, note),
        key -> RevokeKeyResponse.newBuilder().setKey(key).build());
  }

  private <A extends Message> void write(
      StreamObserver<A> observer,
      String call,
      Message request,
      @Nullable UUID requestId,
      Parser<A> parser,
      Function<KeyTransaction, StoredKey> work,
      Function<Key, A> toAnswer) {
    respond(
        observer,
        writes.run(
            new KeyWrites.Write<>(
                call,
                request,
                requestId,
                parser,
                UnaryOperator.identity(),
                transaction -> toAnswer.apply(answers.of(transaction, work.apply(transaction))))));
  }

  /** The one place where a secret goes out. */
  private static String handOut(AtomicReference<@Nullable Secret> secret) {
    Secret issued = secret.get();
    if (issued == null) {
      throw new IllegalStateException("a key was made without a secret");
    }
    return issued.reveal();
  }

  private static <A> void respond(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
