package dev.latchkey.tenancy.caller;

import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.balancing.Attempts;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceFutureStub;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import io.grpc.Status;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the key service about every call anew, so that a revoked key opens nothing here from the
 * moment it opens nothing there. A key is let through only on an explicit answer that allows it,
 * and that of a member only while they have a role.
 */
final class KeyServiceAuthenticator implements CallerAuthenticator {
  private static final Logger LOG = LoggerFactory.getLogger(KeyServiceAuthenticator.class);
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final AuthenticationServiceFutureStub keyService;
  private final OwnerRoles roles;
  private final Attempts attempts = new Attempts(DEADLINE, PATIENCE);

  KeyServiceAuthenticator(AuthenticationServiceFutureStub keyService, OwnerRoles roles) {
    this.keyService = keyService;
    this.roles = roles;
  }

  @Override
  public Admission admit(Secret credential, @Nullable InetAddress client, AccessRule rule) {
    AuthenticateResponse answer = ask(credential, client, rule);
    return switch (answer.getDecisionCase()) {
      case ALLOWED ->
          new Admission.Admitted(
              caller(answer.getAllowed().getKey()),
              ManagementLimits.headers(answer.getAllowed().getLimitsList()));
      case DENIED -> refused(answer.getDenied(), rule);
      case DECISION_NOT_SET -> throw CallerRefusals.invalid();
    };
  }

  private static Admission refused(Denied denied, AccessRule rule) {
    return switch (denied.getReason()) {
      case DENIAL_REASON_INSUFFICIENT_SCOPE -> throw CallerRefusals.insufficientScope(rule);
      case DENIAL_REASON_RATE_LIMITED -> ManagementLimits.refused(denied);
      default -> throw refusal(denied.getReason());
    };
  }

  private AuthenticateResponse ask(
      Secret credential, @Nullable InetAddress client, AccessRule rule) {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder()
            .setCredential(credential.reveal())
            .setClientAddress(client == null ? "" : client.getHostAddress())
            // Checked first: a call that is refused for this takes nothing.
            .addRequiredScopes(rule.getRequiredScope())
            .setLimit(RateLimit.MANAGEMENT)
            .setCost(1)
            .build();
    try {
      return attempts.call(end -> keyService.withDeadline(end).authenticate(request)).get();
    } catch (ExecutionException failure) {
      LOG.warn("the key service made no decision: {}", Status.fromThrowable(failure));
      throw ApiException.unavailable("key-service");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("key-service");
    }
  }

  private Caller caller(AuthenticatedKey key) {
    Caller caller =
        new Caller(id(key.getId()), boundTo(key.getNode()), Set.copyOf(key.getScopesList()));
    return key.getOwnerUserId().isEmpty()
        ? caller
        : caller.withOwner(owner(id(key.getOwnerUserId())));
  }

  private Owner owner(UUID userId) {
    Map<UUID, Role> granted = roles.of(userId);
    if (granted.isEmpty()) {
      throw CallerRefusals.invalid();
    }
    return new Owner(userId, granted);
  }

  /** Empty for the platform; a node of a level this version does not know is still a node. */
  private static Optional<UUID> boundTo(NodeRef node) {
    return node.getLevel() == NodeLevel.NODE_LEVEL_PLATFORM
        ? Optional.empty()
        : Optional.of(id(node.getId()));
  }

  private static UUID id(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      LOG.warn("the key service answered with an id that is none");
      throw ApiException.unavailable("key-service");
    }
  }

  private static ApiException refusal(DenialReason reason) {
    return switch (reason) {
      // Which of these it was is nobody's business outside.
      case DENIAL_REASON_CREDENTIAL_MISSING,
          DENIAL_REASON_MALFORMED,
          DENIAL_REASON_UNKNOWN,
          DENIAL_REASON_REVOKED,
          DENIAL_REASON_EXPIRED,
          DENIAL_REASON_NOT_YET_VALID,
          DENIAL_REASON_DISABLED,
          DENIAL_REASON_TENANT_DELETED,
          DENIAL_REASON_OWNER_INACTIVE,
          DENIAL_REASON_UNSPECIFIED,
          UNRECOGNIZED ->
          CallerRefusals.invalid();
      case DENIAL_REASON_TENANT_SUSPENDED,
          DENIAL_REASON_API_ACCESS_DENIED,
          DENIAL_REASON_INSUFFICIENT_SCOPE,
          DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED,
          DENIAL_REASON_RESOURCE_NOT_GRANTED,
          DENIAL_REASON_RATE_LIMITED,
          DENIAL_REASON_QUOTA_EXHAUSTED ->
          CallerRefusals.denied(reason.name().substring("DENIAL_REASON_".length()));
    };
  }
}
