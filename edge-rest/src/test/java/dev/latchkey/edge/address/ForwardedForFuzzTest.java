package dev.latchkey.edge.address;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.util.List;

/** Any {@code X-Forwarded-For}. */
final class ForwardedForFuzzTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress STRANGER = InetAddress.ofLiteral("203.0.113.9");
  private static final ForwardedFor TRUSTING =
      new ForwardedFor(List.of(Network.parse("10.0.0.0/8").orElseThrow()));

  @FuzzTest(maxDuration = "60s")
  void field_neverFails_andNeverMovesAStranger(FuzzedDataProvider data) {
    String first = data.consumeString(300);
    String second = data.consumeRemainingAsString();

    assertThat(TRUSTING.client(STRANGER, List.of(first, second))).isEqualTo(STRANGER);
    assertThat(TRUSTING.client(PROXY, List.of(first, second))).isNotNull();
    // What the client wrote itself stands on the left, and cannot change what the proxy wrote.
    assertThat(TRUSTING.client(PROXY, List.of(first, second + ", 198.51.100.1")))
        .isEqualTo(InetAddress.ofLiteral("198.51.100.1"));
    assertThat(Network.parse(first)).satisfies(network -> network.ifPresent(Network::toString));
  }
}
