package dev.latchkey.edge.me;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.TenancyContext;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /api/v1/me} (BEHAVIOURS ME3). Every member is always there; those of
 * levels below the key's node are null.
 *
 * @param resources the patterns of the resources the key is limited to; none for all (row ME4)
 * @param ownerUserId the member the key acts for; null for a service key
 * @param limits the limits that the call drew from, as they stand after it
 * @param credits the same of credits
 * @param mode {@code live} or {@code test}; null where key-service does not say
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
record Me(
    @Nullable String organizationId,
    @Nullable String organizationName,
    @Nullable String organizationSlug,
    @Nullable String projectId,
    @Nullable String projectName,
    @Nullable String projectSlug,
    @Nullable String environmentId,
    @Nullable String environmentName,
    @Nullable String environmentSlug,
    @Nullable String workspaceId,
    @Nullable String workspaceName,
    @Nullable String workspaceSlug,
    @Nullable String mode,
    List<String> scopes,
    List<String> resources,
    @Nullable String ownerUserId,
    List<String> roles,
    List<LimitView> limits,
    List<CreditView> credits,
    KeyView key,
    String clientAddress) {

  /**
   * The key itself, without its secret.
   *
   * @param nodeId null for a key of the platform
   * @param expireTime RFC 3339; null where the key does not expire
   */
  @Serdeable.Serializable(naming = SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record KeyView(
      String id,
      String name,
      String prefix,
      String lastCharacters,
      @Nullable String nodeLevel,
      @Nullable String nodeId,
      @Nullable String expireTime,
      Map<String, String> metadata) {}

  static Me of(Allowed allowed, InetAddress clientAddress) {
    AuthenticatedKey key = allowed.getKey();
    TenancyContext context = allowed.getContext();
    Level organization = Level.of(context.hasOrganization(), context.getOrganization());
    Level project = Level.of(context.hasProject(), context.getProject());
    Level environment = Level.of(context.hasEnvironment(), context.getEnvironment());
    Level workspace = Level.of(context.hasWorkspace(), context.getWorkspace());
    return new Me(
        organization.id(),
        organization.name(),
        organization.slug(),
        project.id(),
        project.name(),
        project.slug(),
        environment.id(),
        environment.name(),
        environment.slug(),
        workspace.id(),
        workspace.name(),
        workspace.slug(),
        mode(key.getMode()),
        List.copyOf(key.getScopesList()),
        List.copyOf(key.getResourcesList()),
        orNull(key.getOwnerUserId()),
        List.copyOf(key.getRolesList()),
        allowed.getLimitsList().stream().map(LimitView::of).toList(),
        allowed.getCreditsList().stream().map(CreditView::of).toList(),
        view(key),
        clientAddress.getHostAddress());
  }

  static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static KeyView view(AuthenticatedKey key) {
    return new KeyView(
        key.getId(),
        key.getName(),
        key.getPrefix(),
        key.getLastCharacters(),
        level(key.getNode().getLevel()),
        orNull(key.getNode().getId()),
        key.hasExpireTime() ? Timestamps.toString(key.getExpireTime()) : null,
        new TreeMap<>(key.getMetadataMap()));
  }

  private static @Nullable String mode(KeyMode mode) {
    return switch (mode) {
      case KEY_MODE_LIVE -> "live";
      case KEY_MODE_TEST -> "test";
      case KEY_MODE_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static @Nullable String level(NodeLevel level) {
    return switch (level) {
      case NODE_LEVEL_PLATFORM -> "platform";
      case NODE_LEVEL_ORGANIZATION -> "organization";
      case NODE_LEVEL_PROJECT -> "project";
      case NODE_LEVEL_ENVIRONMENT -> "environment";
      case NODE_LEVEL_WORKSPACE -> "workspace";
      case NODE_LEVEL_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  /** One level of the tenancy; all null where the key's node is above it. */
  private record Level(@Nullable String id, @Nullable String name, @Nullable String slug) {
    static Level of(boolean present, TenancyContext.Node node) {
      return present
          ? new Level(node.getId(), node.getDisplayName(), node.getSlug())
          : new Level(null, null, null);
    }
  }
}
