package dev.latchkey.keys.tenancy;

import java.util.function.ToLongFunction;

/**
 * The one place in memory where a node or plan in use is kept: whoever needs it holds the cell, and
 * sees every change of it at once. Never goes back to an older revision by an update.
 */
final class Cell<T> {
  private final ToLongFunction<T> revision;
  private volatile T view;

  Cell(T first, ToLongFunction<T> revision) {
    this.revision = revision;
    this.view = first;
  }

  T view() {
    return view;
  }

  synchronized void update(T newer) {
    if (revision.applyAsLong(newer) > revision.applyAsLong(view)) {
      view = newer;
    }
  }

  /** Puts a view in place whatever its revision: revisions have fallen back. */
  synchronized void replace(T other) {
    view = other;
  }
}
