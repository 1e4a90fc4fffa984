package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes of the tenancy in: into the copy that all nodes of the service share, and into this
 * node's memory, whose position is its own. Memory may be behind the copy, never ahead of it for
 * longer than it takes to enter a change. Safe for use by many threads; one takes in at a time.
 *
 * <p>Changes of nodes and plans, and what takes roles from members, hold in memory before they are
 * entered: a suspension or a removal does not wait for the disk, the standby and the other nodes.
 * What gives to members waits for the copy, which has the keys that an earlier loss has stopped.
 *
 * <p>Members who were seen here without a role are not seen with one again before the keys that
 * their loss has stopped are out of this node's memory, or read anew: a key that was refused must
 * not be let in for the moment until the log of keys says that it is stopped.
 */
@Singleton
class TenancyIntake {
  private static final Logger LOG = LoggerFactory.getLogger(TenancyIntake.class);

  /** How long other nodes may be at the copy before memory goes ahead of it. */
  private static final Duration SHORT_WAIT = Duration.ofMillis(200);

  private static final Duration LONG_WAIT = Duration.ofSeconds(10);

  private final TenancyStore store;
  private final TenancyModel model;
  private final Members members;
  private final List<TenancyListener> listeners;
  private final ReentrantLock lock = new ReentrantLock();

  /** Whether the copy could not be reached the last time. */
  private boolean copyAway;

  /** What this node's memory knows; null while it has to take a snapshot. */
  private volatile @Nullable CopyPosition known;

  TenancyIntake(
      TenancyStore store, TenancyModel model, Members members, List<TenancyListener> listeners) {
    this.store = store;
    this.model = model;
    this.members = members;
    this.listeners = List.copyOf(listeners);
  }

  /** Begins with what the copy has. Must be called before anything is loaded from it. */
  void begin() {
    known = store.position().orElse(null);
    model.loadPlans();
    tellReplaced();
  }

  /** What this node's memory knows; empty if it has to take a snapshot. */
  Optional<CopyPosition> known() {
    return Optional.ofNullable(known);
  }

  /** Enters something in the copy, waiting as long as it is told. */
  @FunctionalInterface
  private interface Entry<T> {
    T enter(Duration wait, List<Runnable> afterwards);
  }

  /**
   * Takes in changes that begin right after what is known, or before; returns when they hold here
   * and in the copy.
   *
   * @param changes in order and without a gap; none says that there are none up to the revision
   * @return false if what was known does not fit the copy any more: {@link #followCopy}
   */
  boolean apply(List<TenancyResource> changes, long revision) {
    lock.lock();
    try {
      CopyPosition since = known;
      if (since == null) {
        return false;
      }
      List<TenancyResource> news =
          changes.stream().filter(one -> one.getRevision() > since.revision()).toList();
      if (news.isEmpty()) {
        tell(news);
        return revision <= since.revision();
      }
      boolean fits =
          enter(news, (wait, afterwards) -> store.apply(since, news, revision, wait, afterwards));
      if (fits) {
        known = new CopyPosition(since.generation(), revision);
        tell(news);
      }
      return fits;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in everything as of one revision.
   *
   * @param fellBack whether tenant-service's revisions have fallen behind what was known
   */
  void snapshot(List<TenancyResource> resources, long revision, boolean fellBack) {
    lock.lock();
    try {
      CopyPosition since = known;
      if (since != null && fellBack) {
        CopyPosition present =
            withPatience(
                (wait, afterwards) -> store.replace(since, resources, revision, wait, afterwards));
        LOG.warn("tenant-service fell back to {} from {}: taken in anew", revision, since);
        reload(present);
        return;
      }
      CopyPosition present =
          enter(
              resources,
              (wait, afterwards) -> store.applySnapshot(resources, revision, wait, afterwards));
      known = new CopyPosition(present.generation(), revision);
      if (since == null) {
        tellReplaced();
      } else {
        tell(resources);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in what other nodes have entered in the copy, and notices if the copy is not what this
   * node's memory was built on. Does nothing while all is as expected.
   */
  void followCopy() {
    if (store.position().equals(known())) {
      return;
    }
    lock.lock();
    try {
      CopyPosition since = known;
      if (since == null) {
        return;
      }
      TenancyStore.Copied copied = store.beyond(since);
      CopyPosition present = copied.position().orElse(null);
      if (present == null || present.generation() < since.generation()) {
        LOG.warn("the copy of the tenancy has gone; a snapshot is needed");
        known = null;
      } else if (present.generation() > since.generation()) {
        reload(present);
      } else if (present.revision() < since.revision()) {
        LOG.warn("the copy of the tenancy fell back to {}; a snapshot is needed", present);
        known = null;
      } else if (present.revision() > since.revision()) {
        publish(copied.resources());
        known = present;
        tell(copied.resources());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes everything from the copy, which was made anew. */
  private void reload(CopyPosition atLeast) {
    TenancyStore.Copied copied =
        store.beyond(new CopyPosition(atLeast.generation() - 1, Long.MIN_VALUE));
    CopyPosition present = copied.position().orElse(atLeast);
    forgetStoppedKeys(copied.resources());
    model.replace(copied.resources());
    members.replace(copied.resources());
    known = present;
    tellReplaced();
  }

  /** Enters resources in the copy and in memory. */
  private <T> T enter(List<TenancyResource> resources, Entry<T> entry) {
    if (copyAway || resources.stream().noneMatch(TenancyViews::givesToMember)) {
      publishAhead(resources);
    }
    List<Runnable> afterwards = new ArrayList<>();
    T result;
    try {
      result = enterOrGoAhead(resources, entry, afterwards);
    } catch (RuntimeException failure) {
      copyAway |= failure instanceof ApiException;
      // A commit whose outcome was lost may have happened, and is not repeated.
      afterwards.forEach(Runnable::run);
      publishAhead(resources);
      throw failure;
    }
    copyAway = false;
    afterwards.forEach(Runnable::run);
    publish(resources);
    return result;
  }

  /** Where others are at the copy for long, memory does not wait for them. */
  private <T> T enterOrGoAhead(
      List<TenancyResource> resources, Entry<T> entry, List<Runnable> afterwards) {
    try {
      return entry.enter(SHORT_WAIT, afterwards);
    } catch (CopyBusy busy) {
      publishAhead(resources);
      return entry.enter(LONG_WAIT, afterwards);
    }
  }

  private static <T> T withPatience(Entry<T> entry) {
    List<Runnable> afterwards = new ArrayList<>();
    try {
      return entry.enter(LONG_WAIT, afterwards);
    } finally {
      afterwards.forEach(Runnable::run);
    }
  }

  /** Makes resources hold in memory that the copy has. */
  private void publish(List<TenancyResource> resources) {
    forgetStoppedKeys(resources);
    model.publish(resources);
    members.publish(resources);
  }

  /** Makes resources hold in memory that the copy may not have yet. */
  private void publishAhead(List<TenancyResource> resources) {
    model.publish(resources);
    members.publishAhead(resources);
  }

  /** Another node may have entered the loss that is undone here. */
  private void forgetStoppedKeys(List<TenancyResource> resources) {
    store.forgetStoppedKeys(
        resources.stream()
            .filter(TenancyViews::givesToMember)
            .map(TenancyViews::memberId)
            .collect(Collectors.toSet()));
  }

  private void tellReplaced() {
    CopyPosition position = known;
    if (position != null) {
      listeners.forEach(
          listener -> listener.onReplaced(position.generation(), position.revision()));
    }
  }

  private void tell(List<TenancyResource> resources) {
    CopyPosition position = known;
    if (position != null) {
      listeners.forEach(listener -> listener.onApplied(resources, position.revision()));
    }
  }
}
