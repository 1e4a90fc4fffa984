package dev.latchkey.keys.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tenancy as this node knows it. Nodes in use are in memory, each once: a change is written to
 * the database and then to the one cell that all who use the node hold, so it is seen by every key
 * below at once, however many there are. Nodes that no key in use needs are forgotten.
 *
 * <p>Loading holds the shared lock from its read of the database until its cells are in place, and
 * a change takes the exclusive one between its commit and the next load: so no load can put back
 * what a change has just replaced. Reading a {@link Lineage} takes neither.
 */
@Singleton
public class TenancyModel {
  private static final Logger LOG = LoggerFactory.getLogger(TenancyModel.class);

  private final TenancyStore store;
  private final TenantServiceClient tenantService;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Cache<UUID, Cell<NodeView>> nodes = Caffeine.newBuilder().weakValues().build();
  private final Map<UUID, Cell<PlanView>> plans = new ConcurrentHashMap<>();
  private final Cache<UUID, Lineage> lineages = Caffeine.newBuilder().weakValues().build();

  TenancyModel(TenancyStore store, TenantServiceClient tenantService) {
    this.store = store;
    this.tenantService = tenantService;
  }

  /** Plans are few: all of them stay in memory, so that no decision waits for one. */
  void loadPlans() {
    store.plans().forEach(this::publish);
  }

  /**
   * A node that a call names. One that the copy does not have yet is asked for at tenant-service.
   * May wait.
   *
   * @throws ApiException {@code NOT_FOUND} if there is no such node, {@code UNAVAILABLE} if
   *     tenant-service is needed and cannot be asked
   */
  public Lineage require(UUID nodeId) {
    return find(nodeId).orElseGet(() -> fetch(nodeId));
  }

  /**
   * Asks tenant-service for a node and all above it as they are now, for a call that names what the
   * copy does not have yet. Leaves the copy as it is if tenant-service cannot be asked. May wait.
   */
  public void refresh(UUID nodeId) {
    try {
      var _ = fetch(nodeId);
    } catch (ApiException e) {
      LOG.info("the node {} could not be asked for anew: {}", nodeId, e.getMessage());
    }
  }

  private Lineage fetch(UUID nodeId) {
    List<TenancyResource> resources = tenantService.lineage(nodeId);
    store.add(resources);
    publish(resources);
    return find(nodeId).orElseThrow(() -> ApiException.notFound("node", nodeId));
  }

  private Optional<Lineage> find(UUID nodeId) {
    Lineage known = lineages.getIfPresent(nodeId);
    return known != null ? Optional.of(known) : load(nodeId);
  }

  private Optional<Lineage> load(UUID nodeId) {
    lock.readLock().lock();
    try {
      List<NodeView> views = store.lineage(nodeId);
      if (views.isEmpty()) {
        return Optional.empty();
      }
      loadPlan(views.getFirst().planId().orElseThrow());
      List<Cell<NodeView>> path = new ArrayList<>();
      for (NodeView view : views) {
        path.add(nodes.get(view.id(), id -> new Cell<>(view, NodeView::revision)));
      }
      return Optional.of(lineages.get(nodeId, id -> new Lineage(path, this::planCell)));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** A load may come between the commit of a new plan and its publication. */
  private void loadPlan(UUID planId) {
    if (!plans.containsKey(planId)) {
      store.plan(planId).ifPresent(this::publish);
    }
  }

  private Cell<PlanView> planCell(UUID planId) {
    Cell<PlanView> cell = plans.get(planId);
    if (cell == null) {
      throw new IllegalStateException("the copy lacks the plan " + planId);
    }
    return cell;
  }

  /**
   * Makes committed changes hold in memory. Resources that are neither nodes nor plans are left
   * alone.
   */
  void publish(List<TenancyResource> resources) {
    lock.writeLock().lock();
    try {
      // Plans first: a node must not be seen before its plan is.
      resources.stream()
          .filter(TenancyResource::hasPlan)
          .map(TenancyViews::plan)
          .forEach(this::publish);
      resources.stream()
          .filter(TenancyViews::isNode)
          .map(TenancyViews::node)
          .forEach(this::publish);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Makes a copy hold that was made anew: nodes that it does not have are taken as deleted. */
  void replace(List<TenancyResource> resources) {
    lock.writeLock().lock();
    try {
      for (TenancyResource resource : resources) {
        if (resource.hasPlan()) {
          PlanView plan = TenancyViews.plan(resource);
          plans
              .computeIfAbsent(plan.id(), id -> new Cell<>(plan, PlanView::revision))
              .replace(plan);
        }
      }
      Map<UUID, Cell<NodeView>> lost = new HashMap<>(nodes.asMap());
      for (TenancyResource resource : resources) {
        if (TenancyViews.isNode(resource)) {
          NodeView node = TenancyViews.node(resource);
          Cell<NodeView> cell = lost.remove(node.id());
          if (cell != null) {
            cell.replace(node);
          }
        }
      }
      lost.values().forEach(cell -> cell.replace(cell.view().lost()));
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void publish(PlanView plan) {
    plans.computeIfAbsent(plan.id(), id -> new Cell<>(plan, PlanView::revision)).update(plan);
  }

  private void publish(NodeView node) {
    Cell<NodeView> cell = nodes.getIfPresent(node.id());
    if (cell != null) {
      cell.update(node);
    }
  }
}
