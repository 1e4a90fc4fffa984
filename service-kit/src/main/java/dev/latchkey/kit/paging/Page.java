package dev.latchkey.kit.paging;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param items what is on the page
 * @param next the id after which the next page begins; empty on the last
 */
public record Page<T>(List<T> items, Optional<UUID> next) {
  /** How many items a page has when the caller does not say. */
  public static final int DEFAULT_SIZE = 100;

  /** How many items a page has at most. */
  public static final int LARGEST_SIZE = 1_000;

  public Page {
    items = List.copyOf(items);
  }

  /** Makes a page from a query that was asked for one item more than the page holds. */
  public static <T> Page<T> of(List<T> fetched, int size, Function<T, UUID> id) {
    if (fetched.size() <= size) {
      return new Page<>(fetched, Optional.empty());
    }
    List<T> items = fetched.subList(0, size);
    return new Page<>(items, Optional.of(id.apply(items.getLast())));
  }
}
