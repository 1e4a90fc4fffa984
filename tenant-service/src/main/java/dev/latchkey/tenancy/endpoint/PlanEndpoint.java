package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreatePlanRequest;
import dev.latchkey.proto.tenancy.v1.CreatePlanResponse;
import dev.latchkey.proto.tenancy.v1.DeletePlanRequest;
import dev.latchkey.proto.tenancy.v1.DeletePlanResponse;
import dev.latchkey.proto.tenancy.v1.GetPlanRequest;
import dev.latchkey.proto.tenancy.v1.GetPlanResponse;
import dev.latchkey.proto.tenancy.v1.ListPlansRequest;
import dev.latchkey.proto.tenancy.v1.ListPlansResponse;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UpdatePlanRequest;
import dev.latchkey.proto.tenancy.v1.UpdatePlanResponse;
import dev.latchkey.tenancy.plan.Plan;
import dev.latchkey.tenancy.plan.Plan.Settings;
import dev.latchkey.tenancy.plan.Plans;
import dev.latchkey.tenancy.wire.PlanMessages;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The calls on plans. */
@Singleton
final class PlanEndpoint extends PlanServiceGrpc.PlanServiceImplBase implements ManagementEndpoint {
  static final Writes.Kind<Plan> KIND =
      new Writes.Kind<>(
          PlanMessages::answer,
          PlanMessages::change,
          plan -> new AuditTarget(Plans.TYPE, plan.id(), List.of()));
  private static final String DISPLAY_NAME = "display_name";
  private static final String API_ACCESS = "api_access";
  private static final String CEILINGS = "ceilings";
  private static final String RATE_LIMITS = "rate_limits";

  private final Plans plans;
  private final Transactions transactions;
  private final Writes writes;
  private final Pages pages;

  PlanEndpoint(Plans plans, Transactions transactions, Writes writes, Pages pages) {
    this.plans = plans;
    this.transactions = transactions;
    this.writes = writes;
    this.pages = pages;
  }

  @Override
  public void createPlan(CreatePlanRequest message, StreamObserver<CreatePlanResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    String slug = request.slug();
    Settings settings = settings(request, slug);
    request.check();
    writes.run(
        KIND,
        request,
        requestId,
        CreatePlanResponse.getDefaultInstance(),
        out,
        in -> plans.create(in, slug, settings));
  }

  @Override
  public void getPlan(GetPlanRequest message, StreamObserver<GetPlanResponse> out) {
    Request request = new Request(message);
    UUID id = request.id("id");
    request.check();
    Plan plan = transactions.read(in -> plans.get(in, id));
    Answers.send(GetPlanResponse.newBuilder().setPlan(PlanMessages.answer(plan)).build(), out);
  }

  @Override
  public void listPlans(ListPlansRequest message, StreamObserver<ListPlansResponse> out) {
    Request request = new Request(message);
    int size = request.pageSize();
    request.check();
    Caller caller = Caller.current();
    UUID after = pages.open(request, caller);
    Page<Plan> page =
        transactions.read(in -> plans.list(in, after, size, message.getShowDeleted()));
    Answers.send(
        ListPlansResponse.newBuilder()
            .addAllPlans(page.items().stream().map(PlanMessages::answer).toList())
            .setNextPageToken(pages.seal(request, caller, page))
            .build(),
        out);
  }

  @Override
  public void updatePlan(UpdatePlanRequest message, StreamObserver<UpdatePlanResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID id = request.id("id");
    Long version = request.version();
    Set<String> paths = request.mask(Set.of(DISPLAY_NAME, API_ACCESS, CEILINGS, RATE_LIMITS));
    Settings given = settings(request, "");
    request.check();
    writes.run(
        KIND,
        request,
        requestId,
        UpdatePlanResponse.getDefaultInstance(),
        out,
        in -> plans.update(in, id, version, old -> changed(old, paths, given)));
  }

  private static Settings settings(Request request, String otherwise) {
    return new Settings(
        request.displayName(otherwise),
        request.flag(API_ACCESS),
        request.ceilings(),
        request.rateLimits());
  }

  private static Settings changed(Settings old, Set<String> paths, Settings given) {
    return new Settings(
        paths.contains(DISPLAY_NAME) ? given.displayName() : old.displayName(),
        paths.contains(API_ACCESS) ? given.apiAccess() : old.apiAccess(),
        paths.contains(CEILINGS) ? given.ceilings() : old.ceilings(),
        paths.contains(RATE_LIMITS) ? given.rateLimits() : old.rateLimits());
  }

  @Override
  public void deletePlan(DeletePlanRequest message, StreamObserver<DeletePlanResponse> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID id = request.id("id");
    Long version = request.version();
    request.check();
    writes.run(
        KIND,
        request,
        requestId,
        DeletePlanResponse.getDefaultInstance(),
        out,
        in -> plans.delete(in, id, version));
  }
}
