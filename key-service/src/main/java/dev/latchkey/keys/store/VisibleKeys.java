package dev.latchkey.keys.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a caller may see, as a condition on the rows of {@code api_key}. */
public final class VisibleKeys {
  private VisibleKeys() {}

  /**
   * The condition.
   *
   * @param values where the values of its parameters are added, in order
   */
  public static String condition(KeyFilter.Visible visible, List<@Nullable Object> values) {
    return switch (visible) {
      case KeyFilter.All all -> "true";
      case KeyFilter.OwnAndUnder(UUID userId, var under) -> {
        values.add(userId);
        if (under.isEmpty()) {
          yield "owner_user_id = ?";
        }
        values.add(under.toArray(UUID[]::new));
        yield "(owner_user_id = ?"
            + " OR ARRAY[organization_id, project_id, environment_id, workspace_id] && ?)";
      }
    };
  }
}
