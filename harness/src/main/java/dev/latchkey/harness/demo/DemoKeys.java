package dev.latchkey.harness.demo;

import dev.latchkey.harness.demo.DemoSystem.DemoKey;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Issues the demo's keys. A secret is shown once: a demo key whose secret was not saved is of no
 * use, and is revoked and made anew.
 */
final class DemoKeys {
  /** The metadata entry by which a key is known as one of the demo's. */
  private static final String MARK = "demo";

  private static final Set<DenialReason> STOPPED_FOR_A_WHILE =
      EnumSet.of(
          DenialReason.DENIAL_REASON_DISABLED,
          DenialReason.DENIAL_REASON_NOT_YET_VALID,
          DenialReason.DENIAL_REASON_TENANT_SUSPENDED,
          DenialReason.DENIAL_REASON_OWNER_INACTIVE,
          DenialReason.DENIAL_REASON_RATE_LIMITED,
          DenialReason.DENIAL_REASON_QUOTA_EXHAUSTED,
          DenialReason.DENIAL_REASON_API_ACCESS_DENIED);

  private static final int PAGE_SIZE = 1_000;

  private final Clients clients;

  DemoKeys(Clients clients) {
    this.clients = clients;
  }

  /**
   * Whether a saved secret is still that of a key of the node. A key that is merely stopped for a
   * while, by its tenancy or by its owner, is left as it is.
   */
  boolean isGood(Secret saved, String nodeId) {
    AuthenticateResponse answer =
        clients
            .authentication()
            .authenticate(AuthenticateRequest.newBuilder().setCredential(saved.reveal()).build());
    return answer.hasAllowed()
        ? answer.getAllowed().getKey().getNode().getId().equals(nodeId)
        : STOPPED_FOR_A_WHILE.contains(answer.getDenied().getReason());
  }

  /** Issues a key, and revokes those of the same mark that are still in use. */
  Secret issue(DemoKey wanted, String nodeId, String ownerUserId) {
    List<Key> earlier = marked(wanted, nodeId);
    earlier.stream()
        .filter(key -> key.getState() != KeyState.KEY_STATE_REVOKED)
        .forEach(this::revoke);
    return Secret.of(
        clients
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(nodeId)
                    .setName(wanted.name())
                    .setMode(wanted.mode())
                    .addAllScopes(wanted.scopes())
                    .setOwnerUserId(ownerUserId)
                    .putMetadata(MARK, wanted.variable())
                    .setRequestId(RequestIds.of("key", nodeId, wanted.variable(), earlier.size()))
                    .build())
            .getSecret());
  }

  private void revoke(Key key) {
    var _ =
        clients
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getId())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .setNote("A demo key whose secret was not saved.")
                    .build());
  }

  private List<Key> marked(DemoKey wanted, String nodeId) {
    List<Key> found = new ArrayList<>();
    Optional<String> token = Optional.of("");
    while (token.isPresent()) {
      ListKeysResponse page =
          clients
              .keys()
              .listKeys(
                  ListKeysRequest.newBuilder()
                      .setNodeId(nodeId)
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token.get())
                      .build());
      page.getKeysList().stream()
          .filter(key -> wanted.variable().equals(key.getMetadataOrDefault(MARK, "")))
          .forEach(found::add);
      token = Optional.of(page.getNextPageToken()).filter(next -> !next.isEmpty());
    }
    return found;
  }
}
