package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.NodeState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node that nobody tells what it does not hear from tenant-service itself. */
final class SilentTenancyTest {
  /** The trust window's default, and a second. */
  private static final Duration NOTICED = Duration.ofSeconds(6);

  @Test
  void connectionThatStandsAndCarriesNothing_isLeft_andWhatWasMissedIsKnown() {
    try (RunningKeyService node = new RunningKeyService()) {
      StandInTenancy.Branch branch = node.tenancy().branch("stalled");
      String secret = node.create(branch.workspace().getId()).getSecret();
      assertThat(node.denial(secret)).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
      node.tenancy().stallConnections();
      long start = System.nanoTime();

      node.tenancy().put(branch.organization().setState(NodeState.NODE_STATE_SUSPENDED).build());

      Conditions.await(
          "suspended", () -> node.denial(secret) == DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NOTICED);
    }
  }
}
