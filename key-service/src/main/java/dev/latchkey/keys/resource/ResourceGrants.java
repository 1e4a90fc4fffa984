package dev.latchkey.keys.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The resources a key is limited to. No patterns at all is no limit. Immutable.
 *
 * @param patterns a resource must match one of them, if there are any
 */
public record ResourceGrants(List<ResourcePattern> patterns) {
  /** No limit. */
  public static final ResourceGrants ALL = new ResourceGrants(List.of());

  public ResourceGrants {
    patterns = List.copyOf(patterns);
  }

  /** Reads patterns that were checked when they were stored. */
  public static ResourceGrants of(List<String> texts) {
    return texts.isEmpty()
        ? ALL
        : new ResourceGrants(texts.stream().map(ResourceGrants::stored).toList());
  }

  private static ResourcePattern stored(String text) {
    return ResourcePattern.parse(text)
        .orElseThrow(() -> new IllegalStateException("not a pattern: " + text));
  }

  /** The patterns as they are stored and shown. */
  public List<String> texts() {
    return patterns.stream().map(ResourcePattern::toString).toList();
  }

  /**
   * Whether a request may pass.
   *
   * @param resource null for a request that is not about one
   */
  public boolean grant(@Nullable Resource resource) {
    if (resource == null || patterns.isEmpty()) {
      return true;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(resource)) {
        return true;
      }
    }
    return false;
  }

  /** Whether everything the other grants is granted by this too. */
  public boolean cover(ResourceGrants other) {
    return patterns.isEmpty()
        || (!other.patterns.isEmpty()
            && other.patterns.stream()
                .allMatch(inner -> patterns.stream().anyMatch(outer -> outer.covers(inner))));
  }
}
