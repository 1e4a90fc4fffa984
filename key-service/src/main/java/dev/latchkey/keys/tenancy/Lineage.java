package dev.latchkey.keys.tenancy;

import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.keys.decision.SetLimits;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.TenantSource;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node and all above it, live: shared by all keys of the node, and seeing every change the moment
 * it is applied. Reading it takes no lock. Safe for use by many threads.
 */
public final class Lineage implements TenantSource {
  private final List<Cell<NodeView>> path;
  private final PlanLookup plans;
  private volatile Resolved resolved;

  /** Finds the cell of a plan that is in memory. */
  @FunctionalInterface
  interface PlanLookup {
    Cell<PlanView> cell(UUID planId);
  }

  Lineage(List<Cell<NodeView>> path, PlanLookup plans) {
    this.path = List.copyOf(path);
    this.plans = plans;
    this.resolved = resolve();
  }

  @Override
  public Tenant current() {
    Resolved last = resolved;
    if (!last.isCurrent(path)) {
      last = resolve();
      resolved = last;
    }
    return last.tenant;
  }

  private Resolved resolve() {
    NodeView[] views = new NodeView[path.size()];
    for (int i = 0; i < views.length; i++) {
      views[i] = path.get(i).view();
    }
    Cell<PlanView> plan = plans.cell(views[0].planId().orElseThrow());
    return new Resolved(views, plan, plan.view());
  }

  /** The key format that holds for new keys of the node: the nearest that is set. */
  public KeyFormat keyFormat() {
    return path.reversed().stream()
        .map(cell -> cell.view().keyFormat())
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(KeyFormat.DEFAULT);
  }

  /** How many live keys the organization may have by its plan; empty for any number. */
  public OptionalLong keyCeiling() {
    return plans.cell(path.getFirst().view().planId().orElseThrow()).view().keyCeiling();
  }

  /** The organization that the node belongs to. */
  public UUID organizationId() {
    return ids().getFirst();
  }

  /** The level of the node itself. */
  public Level level() {
    return path.getLast().view().level();
  }

  /** The ids from the organization down to the node itself. */
  public List<UUID> ids() {
    return path.getLast().view().lineage();
  }

  /** What was last made of the cells, and of which of their views. */
  private static final class Resolved {
    private final NodeView[] views;
    private final Cell<PlanView> planCell;
    private final PlanView plan;
    private final Tenant tenant;

    Resolved(NodeView[] views, Cell<PlanView> planCell, PlanView plan) {
      this.views = views;
      this.planCell = planCell;
      this.plan = plan;
      this.tenant = tenant(views, plan);
    }

    @SuppressWarnings("ReferenceEquality") // A view that changed is another object.
    boolean isCurrent(List<Cell<NodeView>> path) {
      for (int i = 0; i < views.length; i++) {
        if (path.get(i).view() != views[i]) {
          return false;
        }
      }
      return planCell.view() == plan;
    }

    private static Tenant tenant(NodeView[] views, PlanView plan) {
      Tenant.Standing standing = Tenant.Standing.ACTIVE;
      long expireMillis = Long.MAX_VALUE;
      for (NodeView view : views) {
        standing = standing.or(view.standing());
        expireMillis = Math.min(expireMillis, view.expireMillis());
      }
      return new Tenant(
          node(views, 0),
          node(views, 1),
          node(views, 2),
          node(views, 3),
          standing,
          expireMillis,
          plan.apiAccess(),
          views.length > 1 ? views[1].scopes() : ScopePolicy.NONE,
          Stream.of(views)
              .map(NodeView::allowedNetworks)
              .filter(AllowedNetworks::restricts)
              .toList(),
          rateLimits(views, plan));
    }

    /** From the node itself upward, the plan's last. */
    private static List<SetLimits> rateLimits(NodeView[] views, PlanView plan) {
      List<SetLimits> set = new ArrayList<>();
      for (int i = views.length - 1; i >= 0; i--) {
        set.add(new SetLimits(views[i].id(), false, views[i].rateLimits()));
      }
      set.add(new SetLimits(views[0].id(), true, plan.rateLimits()));
      set.removeIf(place -> place.limits().isEmpty());
      return set;
    }

    private static Tenant.@Nullable Node node(NodeView[] views, int depth) {
      return depth < views.length ? views[depth].toTenantNode() : null;
    }
  }
}
