package dev.latchkey.keys.authenticate;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.Demand;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AddressText;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateFieldViolation;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.TenancyContext;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Translates between the messages of Authenticate and the decision. */
final class AuthenticateMessages {
  private static final int MOST_SCOPES = 50;
  private static final int LONGEST_SCOPE = 100;
  private static final long MOST_COST = 1_000_000;

  private AuthenticateMessages() {}

  /** Reads a request, and notes what is wrong with it. */
  @SuppressWarnings("ReferenceEquality") // NOTHING is one object.
  static Ask ask(AuthenticateRequest request, String path, Fields in) {
    Demand demand = demand(request, path, in);
    if (request.getLimit().isEmpty() && !request.hasCost() && demand == Demand.NOTHING) {
      return Ask.NOTHING;
    }
    String limit =
        request.getLimit().isEmpty() ? RateLimit.DATA : in.name(path + "limit", request.getLimit());
    long cost = request.hasCost() ? in.number(path + "cost", request.getCost(), 0, MOST_COST) : 1;
    return new Ask(demand, limit, cost);
  }

  @SuppressWarnings("ReferenceEquality") // NONE is one object.
  private static Demand demand(AuthenticateRequest request, String path, Fields in) {
    ScopeRequirement scopes = scopes(request, path, in);
    InetAddress client = client(request.getClientAddress(), path, in);
    Resource resource = resource(request.getResource(), path, in);
    return client == null && resource == null && scopes == ScopeRequirement.NONE
        ? Demand.NOTHING
        : new Demand(scopes, resource, client);
  }

  private static @Nullable InetAddress client(String address, String path, Fields in) {
    if (address.isEmpty()) {
      return null;
    }
    Optional<InetAddress> client = AddressText.parse(address);
    if (client.isEmpty()) {
      in.refuse(path + "client_address", Fields.echo(address), "an IPv4 or IPv6 address");
    }
    return client.orElse(null);
  }

  private static @Nullable Resource resource(String text, String path, Fields in) {
    if (text.isEmpty()) {
      return null;
    }
    Optional<Resource> resource = Resource.parse(text);
    if (resource.isEmpty()) {
      in.refuse(
          path + "resource",
          Fields.echo(text),
          "<type>:/<path> of up to 1000 characters, without empty, . or .. segments or *");
    }
    return resource.orElse(null);
  }

  private static ScopeRequirement scopes(AuthenticateRequest request, String path, Fields in) {
    if (request.getRequiredScopesCount() == 0 && request.getAnyScopesCount() == 0) {
      return ScopeRequirement.NONE;
    }
    List<String> all = request.getRequiredScopesList();
    List<String> any = request.getAnyScopesList();
    checkScopes(in, path, "required_scopes", all);
    checkScopes(in, path, "any_scopes", any);
    return new ScopeRequirement(all, any);
  }

  /** Makes the names of fields only for those that are refused: this is the path of every call. */
  private static void checkScopes(Fields in, String path, String field, List<String> scopes) {
    if (scopes.size() > MOST_SCOPES) {
      in.refuse(path + field, scopes.size() + " scopes", "at most " + MOST_SCOPES);
      return;
    }
    for (int i = 0; i < scopes.size(); i++) {
      if (!Fields.isText(scopes.get(i), LONGEST_SCOPE)) {
        in.text("%s%s[%d]".formatted(path, field, i), scopes.get(i), LONGEST_SCOPE);
      }
    }
  }

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
