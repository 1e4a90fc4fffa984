package dev.latchkey.kit.audit;

import dev.latchkey.kit.access.CallOrigin;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.grpc.RequestIds;
import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who made a change, and from where; each null or empty where there is none.
 *
 * @param keyId the key it was made with
 * @param userId the member the key acts for
 * @param peerAddress the address the call came from
 * @param clientAddress the address of the client as the peer reports it
 * @param requestId the id of the request
 */
public record AuditActor(
    @Nullable UUID keyId,
    @Nullable UUID userId,
    @Nullable String peerAddress,
    @Nullable String clientAddress,
    String requestId) {
  /** Nobody: what a service does of its own accord. */
  public static final AuditActor NOBODY = new AuditActor(null, null, null, null, "");

  /** The caller of the call this thread works on. */
  public static AuditActor current() {
    Caller caller = Caller.current();
    Optional<CallOrigin> origin = CallOrigin.current();
    return new AuditActor(
        caller.keyId(),
        caller.owner().map(Owner::userId).orElse(null),
        origin.map(CallOrigin::peer).map(InetAddress::getHostAddress).orElse(null),
        origin.map(CallOrigin::client).map(InetAddress::getHostAddress).orElse(null),
        RequestIds.current());
  }
}
