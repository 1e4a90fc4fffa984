package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.GrantRoleRequest;
import dev.latchkey.proto.tenancy.v1.GrantRoleResponse;
import dev.latchkey.proto.tenancy.v1.ListAccessRequest;
import dev.latchkey.proto.tenancy.v1.ListAccessResponse;
import dev.latchkey.proto.tenancy.v1.ListMembershipsRequest;
import dev.latchkey.proto.tenancy.v1.ListMembershipsResponse;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.RevokeRoleRequest;
import dev.latchkey.proto.tenancy.v1.RevokeRoleResponse;
import dev.latchkey.tenancy.member.Access;
import dev.latchkey.tenancy.member.Grant;
import dev.latchkey.tenancy.member.Granted;
import dev.latchkey.tenancy.member.Membership;
import dev.latchkey.tenancy.member.MembershipStore;
import dev.latchkey.tenancy.member.Memberships;
import dev.latchkey.tenancy.wire.MembershipMessages;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The calls on memberships. */
@Singleton
final class MembershipEndpoint extends MembershipServiceGrpc.MembershipServiceImplBase
    implements ManagementEndpoint {
  private static final Writes.Kind<Granted> KIND =
      new Writes.Kind<>(
          granted -> MembershipMessages.answer(granted.membership()),
          granted -> MembershipMessages.change(granted.membership()),
          granted ->
              new AuditTarget(Memberships.TYPE, granted.membership().userId(), granted.lineage()));
  private static final String NODE_ID = "node_id";
  private static final String USER_ID = "user_id";

  private final Memberships memberships;
  private final Transactions transactions;
  private final Writes writes;
  private final Pages pages;

  MembershipEndpoint(
      Memberships memberships, Transactions transactions, Writes writes, Pages pages) {
    this.memberships = memberships;
    this.transactions = transactions;
    this.writes = writes;
    this.pages = pages;
  }

  @Override
  public void grantRole(GrantRoleRequest message, StreamObserver<GrantRoleResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    Grant grant = grant(request);
    Role role = request.role();
    request.check();
    Caller caller = Caller.current();
    writes.run(
        KIND,
        request,
        requestId,
        GrantRoleResponse.getDefaultInstance(),
        out,
        in -> memberships.grant(in, caller, grant, role));
  }

  @Override
  public void revokeRole(RevokeRoleRequest message, StreamObserver<RevokeRoleResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    Grant grant = grant(request);
    request.check();
    Caller caller = Caller.current();
    writes.run(
        KIND,
        request,
        requestId,
        RevokeRoleResponse.getDefaultInstance(),
        out,
        in -> memberships.revoke(in, caller, grant));
  }

  private static Grant grant(Request request) {
    return new Grant(request.id(NODE_ID), request.id(USER_ID), request.version());
  }

  @Override
  public void listMemberships(
      ListMembershipsRequest message, StreamObserver<ListMembershipsResponse> out) {
    Request request = new Request(message);
    request.requireOneOf(NODE_ID, USER_ID);
    UUID node = request.optionalId(NODE_ID);
    UUID user = request.optionalId(USER_ID);
    int size = request.pageSize();
    request.check();
    Caller caller = Caller.current();
    MembershipStore.Query query =
        new MembershipStore.Query(node, user, caller, pages.open(request, caller), size);
    Page<Membership> page = transactions.read(in -> memberships.list(in, query));
    Answers.send(
        ListMembershipsResponse.newBuilder()
            .addAllMemberships(page.items().stream().map(MembershipMessages::answer).toList())
            .setNextPageToken(pages.seal(request, caller, page))
            .build(),
        out);
  }

  @Override
  public void listAccess(ListAccessRequest message, StreamObserver<ListAccessResponse> out) {
    Request request = new Request(message);
    UUID node = request.id(NODE_ID);
    int size = request.pageSize();
    request.check();
    Caller caller = Caller.current();
    UUID after = pages.open(request, caller);
    Page<Access> page =
        transactions.snapshot(in -> memberships.access(in, caller, node, after, size));
    Answers.send(
        ListAccessResponse.newBuilder()
            .addAllEntries(page.items().stream().map(MembershipMessages::answer).toList())
            .setNextPageToken(pages.seal(request, caller, page))
            .build(),
        out);
  }
}
