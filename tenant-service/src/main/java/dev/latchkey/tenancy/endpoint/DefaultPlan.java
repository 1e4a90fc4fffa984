package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.BeforeServing;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.plan.Plan;
import dev.latchkey.tenancy.plan.Plans;
import jakarta.inject.Singleton;

/**
 * Adds the plan {@code default} before the service takes its first call. It comes about like any
 * other change, and not by a migration, so that it stands in the change log too.
 */
@Singleton
final class DefaultPlan implements BeforeServing {
  private final Plans plans;
  private final Writes writes;

  DefaultPlan(Plans plans, Writes writes) {
    this.plans = plans;
    this.writes = writes;
  }

  @Override
  public void prepare() {
    try {
      writes.run(
          PlanEndpoint.KIND,
          "PlanService.CreatePlan",
          in ->
              plans
                  .findDefault(in)
                  .map(Outcome::unchanged)
                  .orElseGet(
                      () ->
                          plans.create(in, Plan.DEFAULT_SLUG, new Plan.Settings("Default", true))));
    } catch (ApiException refusal) {
      // Another node was faster.
      if (refusal.reason() != ErrorReason.ERROR_REASON_SLUG_TAKEN) {
        throw refusal;
      }
    }
  }
}
