package dev.latchkey.keys.tenancy;

import dev.latchkey.proto.tenancy.v1.TenancyResource;
import java.util.List;

/** Wants to know what was applied to this node's memory of the tenancy. */
public interface TenancyListener {
  /**
   * Changes hold in this node's memory. Called for every message of the feed, also one without a
   * change; by one thread at a time, which must not be kept waiting.
   *
   * @param resources each with its revision
   * @param revision everything up to it is known here
   */
  void onApplied(List<TenancyResource> resources, long revision);

  /**
   * The tenancy was taken in from nothing: at the start, or because tenant-service's revisions fell
   * back. Nothing that was heard before holds for sure.
   *
   * @param generation how often revisions have fallen back; those of different generations cannot
   *     be compared
   * @param revision everything up to it is known here
   */
  default void onReplaced(long generation, long revision) {}
}
