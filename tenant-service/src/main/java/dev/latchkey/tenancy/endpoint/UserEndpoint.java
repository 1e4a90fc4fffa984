package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreateUserRequest;
import dev.latchkey.proto.tenancy.v1.CreateUserResponse;
import dev.latchkey.proto.tenancy.v1.DeleteUserRequest;
import dev.latchkey.proto.tenancy.v1.DeleteUserResponse;
import dev.latchkey.proto.tenancy.v1.GetUserRequest;
import dev.latchkey.proto.tenancy.v1.GetUserResponse;
import dev.latchkey.proto.tenancy.v1.ListUsersRequest;
import dev.latchkey.proto.tenancy.v1.ListUsersResponse;
import dev.latchkey.proto.tenancy.v1.UpdateUserRequest;
import dev.latchkey.proto.tenancy.v1.UpdateUserResponse;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.tenancy.member.User;
import dev.latchkey.tenancy.member.User.Settings;
import dev.latchkey.tenancy.member.UserStore;
import dev.latchkey.tenancy.member.Users;
import dev.latchkey.tenancy.wire.UserMessages;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The calls on users. */
@Singleton
final class UserEndpoint extends UserServiceGrpc.UserServiceImplBase implements ManagementEndpoint {
  private static final Writes.Kind<User> KIND =
      new Writes.Kind<>(
          UserMessages::answer,
          UserMessages::change,
          user -> new AuditTarget(Users.TYPE, user.id(), List.of(user.organizationId())));
  private static final String EMAIL = "email";
  private static final String DISPLAY_NAME = "display_name";
  private static final String EXTERNAL_SUBJECT = "external_subject";

  private final Users users;
  private final Transactions transactions;
  private final Writes writes;
  private final Pages pages;

  UserEndpoint(Users users, Transactions transactions, Writes writes, Pages pages) {
    this.users = users;
    this.transactions = transactions;
    this.writes = writes;
    this.pages = pages;
  }

  @Override
  public void createUser(CreateUserRequest message, StreamObserver<CreateUserResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID organization = request.id("organization_id");
    String email = request.email();
    Settings settings =
        new Settings(
            email, request.displayName(Request.asDisplayName(email)), request.externalSubject());
    request.check();
    Caller caller = Caller.current();
    writes.run(
        KIND,
        request,
        requestId,
        CreateUserResponse.getDefaultInstance(),
        out,
        in -> users.create(in, caller, organization, settings));
  }

  @Override
  public void getUser(GetUserRequest message, StreamObserver<GetUserResponse> out) {
    Request request = new Request(message);
    UUID id = request.id("id");
    request.check();
    Caller caller = Caller.current();
    User user = transactions.read(in -> users.get(in, caller, id));
    Answers.send(GetUserResponse.newBuilder().setUser(UserMessages.answer(user)).build(), out);
  }

  @Override
  public void listUsers(ListUsersRequest message, StreamObserver<ListUsersResponse> out) {
    Request request = new Request(message);
    UUID organization = request.id("organization_id");
    String email = request.optionalEmail();
    String subject = request.externalSubject();
    int size = request.pageSize();
    request.check();
    Caller caller = Caller.current();
    UserStore.Query query =
        new UserStore.Query(
            organization,
            email,
            subject,
            pages.open(request, caller),
            size,
            message.getShowDeleted());
    Page<User> page = transactions.read(in -> users.list(in, caller, query));
    Answers.send(
        ListUsersResponse.newBuilder()
            .addAllUsers(page.items().stream().map(UserMessages::answer).toList())
            .setNextPageToken(pages.seal(request, caller, page))
            .build(),
        out);
  }

  @Override
  public void updateUser(UpdateUserRequest message, StreamObserver<UpdateUserResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID id = request.id("id");
    Long version = request.version();
    Set<String> paths = request.mask(Set.of(EMAIL, DISPLAY_NAME, EXTERNAL_SUBJECT));
    String email = request.optionalEmail();
    String displayName = request.displayName("");
    String subject = request.externalSubject();
    request.check();
    Caller caller = Caller.current();
    writes.run(
        KIND,
        request,
        requestId,
        UpdateUserResponse.getDefaultInstance(),
        out,
        in ->
            users.update(
                in,
                caller,
                id,
                version,
                old ->
                    new Settings(
                        paths.contains(EMAIL) ? email : old.email(),
                        paths.contains(DISPLAY_NAME) ? displayName : old.displayName(),
                        paths.contains(EXTERNAL_SUBJECT) ? subject : old.externalSubject())));
  }

  @Override
  public void deleteUser(DeleteUserRequest message, StreamObserver<DeleteUserResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID id = request.id("id");
    Long version = request.version();
    request.check();
    Caller caller = Caller.current();
    writes.run(
        KIND,
        request,
        requestId,
        DeleteUserResponse.getDefaultInstance(),
        out,
        in -> users.delete(in, caller, id, version));
  }
}
