package dev.latchkey.edge.address;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.kit.net.Network;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any {@code X-Forwarded-For}. */
final class ForwardedForFuzzTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress STRANGER = InetAddress.ofLiteral("203.0.113.9");
  private static final ForwardedFor TRUSTING =
      new ForwardedFor(List.of(Network.parse("10.0.0.0/8").orElseThrow()));

  /** Each line is one field. */
  @FuzzTest(maxDuration = "60s")
  void field_neverFails_andNeverMovesAStranger(byte[] data) {
    List<String> fields = List.of(new String(data, StandardCharsets.ISO_8859_1).split("\n", -1));

    assertThat(TRUSTING.client(STRANGER, fields)).isEqualTo(STRANGER);
    assertThat(TRUSTING.client(PROXY, fields)).isNotNull();
    // What the client wrote itself stands on the left, and cannot change what the proxy wrote.
    assertThat(TRUSTING.client(PROXY, List.of(fields.getFirst(), "198.51.100.1, 10.0.0.2")))
        .isEqualTo(InetAddress.ofLiteral("198.51.100.1"));
    assertThat(TRUSTING.client(PROXY, List.of(fields.getFirst() + ", 198.51.100.1")))
        .isEqualTo(InetAddress.ofLiteral("198.51.100.1"));
    Network.parse(fields.getFirst())
        .ifPresent(network -> assertThat(network.contains(network.address())).isTrue());
  }
}
