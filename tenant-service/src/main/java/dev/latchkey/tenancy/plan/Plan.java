package dev.latchkey.tenancy.plan;

import dev.latchkey.kit.limits.RateLimit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an organization has bought.
 *
 * @param slug unique among live plans
 * @param settings what can be changed
 * @param deleteTime null while the plan is live
 * @param version counts its changes, from 1
 * @param revision the newest revision of the change log that touched it; 0 before the first
 */
public record Plan(
    UUID id,
    String slug,
    Settings settings,
    Instant createTime,
    Instant updateTime,
    @Nullable Instant deleteTime,
    long version,
    long revision) {

  /** The slug of the plan that organizations get when none is named. */
  public static final String DEFAULT_SLUG = "default";

  /**
   * What of a plan can be changed.
   *
   * @param displayName 1 to 200 characters
   * @param apiAccess whether keys of organizations with this plan open anything
   * @param ceilings how many live things one organization may have; any number of those not named
   * @param rateLimits the limits on the rate of calls where no node and no key says otherwise
   */
  public record Settings(
      String displayName,
      boolean apiAccess,
      Map<Ceiling, Long> ceilings,
      List<RateLimit> rateLimits) {
    public Settings {
      ceilings = Map.copyOf(ceilings);
      rateLimits = List.copyOf(rateLimits);
    }

    /** Settings that limit nothing. */
    public Settings(String displayName, boolean apiAccess) {
      this(displayName, apiAccess, Map.of(), List.of());
    }
  }

  public boolean isLive() {
    return deleteTime == null;
  }

  /** Whether this is the plan that always exists. */
  public boolean isDefault() {
    return isLive() && slug.equals(DEFAULT_SLUG);
  }

  Plan with(Settings changed, Instant now) {
    return new Plan(id, slug, changed, createTime, now, deleteTime, version + 1, revision);
  }

  Plan deleted(Instant now) {
    return new Plan(id, slug, settings, createTime, now, now, version + 1, revision);
  }
}
