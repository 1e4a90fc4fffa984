package dev.latchkey.keys.authenticate;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateFieldViolation;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.TenancyContext;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the messages of Authenticate out of decisions. {@link AskReader} reads its requests. */
final class AuthenticateMessages {
  private AuthenticateMessages() {}

  /** What an answer says of a key and of those of the same terms. */
  static AuthenticatedKey common(KeyTerms terms, Rights rights) {
    AuthenticatedKey.Builder message =
        AuthenticatedKey.newBuilder()
            .setNode(node(terms, rights.tenant()))
            .setMode(mode(terms.mode()))
            .setPrefix(terms.prefix())
            .addAllScopes(rights.scopes().texts())
            .addAllRoles(terms.roles())
            .addAllResources(terms.resources().texts());
    rights.member().ifPresent(owner -> message.setOwnerUserId(owner.userId().toString()));
    return message.build();
  }

  /** What an answer says of a key alone, beside its id. */
  static AuthenticatedKey own(StoredKey key) {
    AuthenticatedKey.Builder message =
        AuthenticatedKey.newBuilder()
            .setName(key.name())
            .setLastCharacters(key.lastCharacters())
            .putAllMetadata(key.metadata());
    long end = key.validity().end();
    if (end != Long.MAX_VALUE) {
      message.setExpireTime(
          Timestamp.newBuilder()
              .setSeconds(Math.floorDiv(end, 1_000L))
              .setNanos((int) Math.floorMod(end, 1_000L) * 1_000_000));
    }
    return message.build();
  }

  private static NodeRef node(KeyTerms terms, Tenant tenant) {
    NodeRef.Builder node = NodeRef.newBuilder();
    terms.nodeId().ifPresent(id -> node.setId(id.toString()));
    if (tenant.workspace() != null) {
      node.setLevel(NodeLevel.NODE_LEVEL_WORKSPACE);
    } else if (tenant.environment() != null) {
      node.setLevel(NodeLevel.NODE_LEVEL_ENVIRONMENT);
    } else if (tenant.project() != null) {
      node.setLevel(NodeLevel.NODE_LEVEL_PROJECT);
    } else if (tenant.organization() != null) {
      node.setLevel(NodeLevel.NODE_LEVEL_ORGANIZATION);
    } else {
      node.setLevel(NodeLevel.NODE_LEVEL_PLATFORM);
    }
    return node.build();
  }

  /** A node of a tenancy. */
  static NodeRef node(UUID id, Tenant tenant) {
    return NodeRef.newBuilder().setId(id.toString()).setLevel(level(id, tenant)).build();
  }

  private static NodeLevel level(UUID id, Tenant tenant) {
    if (is(id, tenant.workspace())) {
      return NodeLevel.NODE_LEVEL_WORKSPACE;
    }
    if (is(id, tenant.environment())) {
      return NodeLevel.NODE_LEVEL_ENVIRONMENT;
    }
    return is(id, tenant.project())
        ? NodeLevel.NODE_LEVEL_PROJECT
        : NodeLevel.NODE_LEVEL_ORGANIZATION;
  }

  private static boolean is(UUID id, Tenant.@Nullable Node node) {
    return node != null && node.id().equals(id);
  }

  private static KeyMode mode(Mode mode) {
    return switch (mode) {
      case LIVE -> KeyMode.KEY_MODE_LIVE;
      case TEST -> KeyMode.KEY_MODE_TEST;
    };
  }

  static TenancyContext context(Tenant tenant) {
    TenancyContext.Builder context = TenancyContext.newBuilder();
    if (tenant.organization() != null) {
      context.setOrganization(node(tenant.organization()));
    }
    if (tenant.project() != null) {
      context.setProject(node(tenant.project()));
    }
    if (tenant.environment() != null) {
      context.setEnvironment(node(tenant.environment()));
    }
    if (tenant.workspace() != null) {
      context.setWorkspace(node(tenant.workspace()));
    }
    return context.build();
  }

  private static TenancyContext.Node node(Tenant.Node node) {
    return TenancyContext.Node.newBuilder()
        .setId(node.id().toString())
        .setSlug(node.slug())
        .setDisplayName(node.displayName())
        .build();
  }

  static AuthenticateResponse denied(Decision.Denied denied) {
    Denied.Builder message =
        Denied.newBuilder()
            .setReason(reason(denied.reason()))
            .setMessage(denied.reason().message())
            .addAllMissingScopes(denied.missingScopes());
    denied.keyId().ifPresent(id -> message.setKeyId(id.toString()));
    return AuthenticateResponse.newBuilder().setDenied(message).build();
  }

  static dev.latchkey.proto.keys.v1.DenialReason reason(DenialReason reason) {
    return dev.latchkey.proto.keys.v1.DenialReason.valueOf("DENIAL_REASON_" + reason.name());
  }

  /** Why there was no decision on a request of a stream. */
  static AuthenticateError error(ApiException refusal) {
    AuthenticateError.Builder error =
        AuthenticateError.newBuilder()
            .setReason(refusal.reason())
            .setMessage(refusal.explanation());
    refusal
        .violations()
        .forEach(
            violation ->
                error.addFieldViolations(
                    AuthenticateFieldViolation.newBuilder()
                        .setField(violation.field())
                        .setDescription(violation.problem())));
    return error.build();
  }
}
