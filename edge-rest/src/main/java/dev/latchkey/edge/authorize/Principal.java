package dev.latchkey.edge.authorize;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.TenancyContext;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose request it is: the body of the answer, and the same as header fields for the gateway to set
 * on the request it lets through. Ids of levels that the key is above are empty, as is the owner of
 * a service key.
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
record Principal(
    String keyId,
    String organizationId,
    String projectId,
    String environmentId,
    String workspaceId,
    String ownerUserId,
    String mode,
    List<String> scopes,
    List<String> roles) {
  private static final String PREFIX = "X-Latchkey-";

  /** Gateways keep an answer's header in a few KiB. */
  private static final int LONGEST_LIST = 2 << 10;

  private static final int LONGEST_ID = 100;

  static Principal of(Allowed allowed) {
    AuthenticatedKey key = allowed.getKey();
    TenancyContext context = allowed.getContext();
    return new Principal(
        key.getId(),
        context.getOrganization().getId(),
        context.getProject().getId(),
        context.getEnvironment().getId(),
        context.getWorkspace().getId(),
        key.getOwnerUserId(),
        mode(key.getMode()),
        List.copyOf(key.getScopesList()),
        List.copyOf(key.getRolesList()));
  }

  /**
   * Every field is always there, if need be empty: a gateway that copies them puts them in the
   * place of whatever its client sent under the same name. A list that is too long for a header, or
   * holds what a header cannot, is empty too: less than the key may do, never more.
   */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(PREFIX + "Key-Id", id(keyId));
    headers.put(PREFIX + "Organization-Id", id(organizationId));
    headers.put(PREFIX + "Project-Id", id(projectId));
    headers.put(PREFIX + "Environment-Id", id(environmentId));
    headers.put(PREFIX + "Workspace-Id", id(workspaceId));
    headers.put(PREFIX + "Owner-User-Id", id(ownerUserId));
    headers.put(PREFIX + "Mode", mode);
    headers.put(PREFIX + "Scopes", list(scopes));
    headers.put(PREFIX + "Roles", list(roles));
    return headers;
  }

  private static String id(String id) {
    return id.length() <= LONGEST_ID && isToken(id) ? id : "";
  }

  private static String list(List<String> tokens) {
    String joined = String.join(" ", tokens);
    return joined.length() <= LONGEST_LIST && tokens.stream().allMatch(Principal::isToken)
        ? joined
        : "";
  }

  /** Visible ASCII. */
  private static boolean isToken(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  private static String mode(KeyMode mode) {
    return switch (mode) {
      case KEY_MODE_LIVE -> "live";
      case KEY_MODE_TEST -> "test";
      case KEY_MODE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
