package dev.latchkey.tenancy.wire;

import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.tenancy.change.Change;
import dev.latchkey.tenancy.plan.Ceiling;
import java.time.Instant;
import java.util.Map;

/** Plans as messages. */
public final class PlanMessages {
  private PlanMessages() {}

  /** A plan as it is answered. */
  public static Plan answer(dev.latchkey.tenancy.plan.Plan plan) {
    Plan.Builder message =
        Plan.newBuilder()
            .setId(plan.id().toString())
            .setSlug(plan.slug())
            .setDisplayName(plan.settings().displayName())
            .setApiAccess(plan.settings().apiAccess())
            .setCreateTime(Timestamps.of(plan.createTime()))
            .setUpdateTime(Timestamps.of(plan.updateTime()))
            .setEtag(Long.toString(plan.version()))
            .addAllRateLimits(RateLimits.toMessages(plan.settings().rateLimits()));
    if (!plan.settings().ceilings().isEmpty()) {
      message.setCeilings(ceilings(plan.settings().ceilings()));
    }
    Instant deleteTime = plan.deleteTime();
    if (deleteTime != null) {
      message.setDeleteTime(Timestamps.of(deleteTime));
    }
    return message.build();
  }

  private static Ceilings ceilings(Map<Ceiling, Long> ceilings) {
    NamedFields message = new NamedFields(Ceilings.newBuilder());
    ceilings.forEach((ceiling, limit) -> message.set(ceiling.field(), limit));
    return (Ceilings) message.build();
  }

  /** A plan as those get it who keep a copy. */
  public static TenancyResource resource(dev.latchkey.tenancy.plan.Plan plan) {
    return TenancyResource.newBuilder().setPlan(answer(plan)).setRevision(plan.revision()).build();
  }

  /** A plan as it is written to the change log. */
  public static Change change(dev.latchkey.tenancy.plan.Plan plan) {
    return new Change(
        Change.Table.PLAN,
        plan.id(),
        resource(plan).toBuilder().clearRevision().build().toByteString());
  }
}
