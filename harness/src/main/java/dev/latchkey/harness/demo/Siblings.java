package dev.latchkey.harness.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The resources of one slug under one parent: at most one lives, any number were deleted.
 *
 * @param live the one that lives
 * @param deleted how many were deleted
 */
record Siblings<T>(Optional<T> live, int deleted) {
  /** A page of a list and the token of the next, empty on the last. */
  record Page<T>(List<T> items, String nextToken) {}

  /** Reads all pages and keeps what matches. */
  static <T> Siblings<T> find(
      Function<String, Page<T>> list, Predicate<T> sameSlug, Predicate<T> isDeleted) {
    List<T> found = new ArrayList<>();
    String token = "";
    do {
      Page<T> page = list.apply(token);
      page.items().stream().filter(sameSlug).forEach(found::add);
      token = page.nextToken();
    } while (!token.isEmpty());
    List<T> live = found.stream().filter(isDeleted.negate()).toList();
    return new Siblings<>(live.stream().findFirst(), found.size() - live.size());
  }
}
