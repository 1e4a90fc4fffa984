package dev.latchkey.keys.limits;

import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.SetLimits;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.kit.limits.RateLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which limits hold for a key, by name: the nearest of those that are not shared, and every shared
 * one. Made once for each key and view of its tenancy. Immutable.
 */
public final class LimitRules {
  /** Nothing is limited. */
  public static final LimitRules NONE = new LimitRules(List.of(), Map.of());

  /** Apart, for nearly every call draws from these and most keys have no others. */
  private final List<AppliedLimit> data;

  private final Map<String, List<AppliedLimit>> others;

  private LimitRules(List<AppliedLimit> data, Map<String, List<AppliedLimit>> others) {
    this.data = data;
    this.others = Map.copyOf(others);
  }

  /** The limits that hold for a key on a view of its tenancy. */
  public static LimitRules of(KnownKey key, Tenant tenant) {
    if (key.terms().rateLimits().isEmpty() && tenant.rateLimits().isEmpty()) {
      return NONE;
    }
    Map<String, AppliedLimit> nearest = new HashMap<>();
    Map<String, List<AppliedLimit>> all = new HashMap<>();
    for (RateLimit limit : key.terms().rateLimits()) {
      nearest.putIfAbsent(limit.name(), perKey(key, limit));
    }
    for (SetLimits set : tenant.rateLimits()) {
      for (RateLimit limit : set.limits()) {
        if (limit.shared()) {
          all.computeIfAbsent(limit.name(), name -> new ArrayList<>()).add(shared(set, limit));
        } else {
          nearest.putIfAbsent(limit.name(), perKey(key, limit));
        }
      }
    }
    // The key's own first: a call that it refuses never touches what others share.
    nearest.forEach(
        (name, limit) -> all.computeIfAbsent(name, absent -> new ArrayList<>()).addFirst(limit));
    all.replaceAll((name, limits) -> List.copyOf(limits));
    List<AppliedLimit> data = all.remove(RateLimit.DATA);
    return new LimitRules(data == null ? List.of() : data, all);
  }

  private static AppliedLimit perKey(KnownKey key, RateLimit limit) {
    return new AppliedLimit(limit, AppliedLimit.Scope.KEY, key.id());
  }

  private static AppliedLimit shared(SetLimits set, RateLimit limit) {
    return new AppliedLimit(
        limit, set.byPlan() ? AppliedLimit.Scope.PLAN : AppliedLimit.Scope.NODE, set.id());
  }

  /** The limit that nearly every call draws from, if it is a single one; else null. */
  public @Nullable AppliedLimit onlyData() {
    return data.size() == 1 ? data.getFirst() : null;
  }

  /** The same without those that nearly every call draws from. */
  public LimitRules withoutData() {
    return others.isEmpty() ? NONE : new LimitRules(List.of(), others);
  }

  /** Those with a name; none for a name that no limit has. */
  public List<AppliedLimit> named(String name) {
    return name.equals(RateLimit.DATA) ? data : others.getOrDefault(name, List.of());
  }
}
