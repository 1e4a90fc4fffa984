package dev.latchkey.edge.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.net.FixedAddress;
import dev.latchkey.kit.net.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwardedForTest {
  private static final ForwardedFor TRUSTING =
      new ForwardedFor(
          Stream.of("10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48")
              .map(text -> Network.parse(text).orElseThrow())
              .toList());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "peer is no proxy          | 203.0.113.9    | 198.51.100.1                       | 203.0.113.9",
        "no field                  | 10.0.0.1       | -                                  | 10.0.0.1",
        "one hop                   | 10.0.0.1       | 198.51.100.1                       | 198.51.100.1",
        "client's own words        | 10.0.0.1       | 1.1.1.1, 198.51.100.1              | 198.51.100.1",
        "past trusted proxies      | 10.0.0.1       | 198.51.100.1, 10.2.0.1,192.0.2.1   | 198.51.100.1",
        "all trusted               | 10.0.0.1       | 10.9.9.9                           | 10.9.9.9",
        "garbage at once           | 10.0.0.1       | nonsense                           | 10.0.0.1",
        "garbage further on        | 10.0.0.1       | evil.example, 10.3.3.3             | 10.3.3.3",
        "nothing between commas    | 10.0.0.1       | 198.51.100.1,,10.3.3.3             | 10.3.3.3",
        "comma at the end          | 10.0.0.1       | '198.51.100.1,'                    | 10.0.0.1",
        "short form is none        | 10.0.0.1       | 1.2                                | 10.0.0.1",
        "octal is none             | 10.0.0.1       | 010.1.1.1                          | 10.0.0.1",
        "port                      | 10.0.0.1       | 198.51.100.1:4711                  | 198.51.100.1",
        "IPv6                      | 10.0.0.1       | 2001:db8:2::1                      | 2001:db8:2:0:0:0:0:1",
        "IPv6 in brackets          | 10.0.0.1       | '[2001:db8:2::1]:443'              | 2001:db8:2:0:0:0:0:1",
        "IPv6 proxy                | 2001:db8:1::9  | 198.51.100.1                       | 198.51.100.1",
        "IPv6 scope is none        | 10.0.0.1       | fe80::1%1                          | 10.0.0.1",
        "IPv4 mapped, untrusted    | 10.0.0.1       | ::ffff:198.51.100.1                | 198.51.100.1",
        "IPv4 mapped, trusted      | ::ffff:10.0.0.1| 198.51.100.1, ::ffff:10.0.0.2      | 198.51.100.1",
      })
  void client_isTheFirstFromTheRightThatIsNoTrustedProxy(
      String what, String peer, String field, String expected) {
    List<String> fields = field == null ? List.of() : List.of(field);

    assertThat(TRUSTING.client(InetAddress.ofLiteral(peer), fields).getHostAddress())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "localhost",
        "::/129",
        "2001:db8::/x",
        "10.0.0.0/999999999999"
      })
  void textThatIsNoNetwork_isNone(String text) {
    assertThat(Network.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/8, 10.9.9.9, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "0.0.0.0/0, 203.0.113.1, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 203.0.113.1, false",
    "::/0, ::1, true",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::ffff:10.0.0.0/8, 10.1.1.1, true",
  })
  void network_containsWhatSharesItsPrefix(String network, String address, boolean contained) {
    assertThat(
            Network.parse(network)
                .orElseThrow()
                .contains(FixedAddress.of(InetAddress.ofLiteral(address))))
        .isEqualTo(contained);
  }
}
