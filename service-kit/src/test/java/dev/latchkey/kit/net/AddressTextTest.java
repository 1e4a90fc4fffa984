package dev.latchkey.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTextTest {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** What an IPv4 address is, said another way than the code says it. */
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0", "192.0.2.1", "255.255.255.255", "10.20.30.40", "2001:db8::1", "::"})
  void addresses_areRead(String text) {
    assertThat(AddressText.parse(text)).contains(InetAddress.ofLiteral(text));
  }

  @Test
  void mappedAddress_isTheOneItStandsFor() {
    assertThat(AddressText.parse("::ffff:192.0.2.1")).contains(InetAddress.ofLiteral("192.0.2.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "01.2.3.4",
        "1.2.3.00",
        "256.0.0.1",
        "1.2.3.999",
        "0x7f.0.0.1",
        "2130706433",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.-4",
        "1.2.3.+4",
        "١.٢.٣.٤",
        "fe80::1%lo",
        "[::1]",
        "localhost",
        "1.2.3.4:80",
        ":::",
        "12345::"
      })
  void othersAreNot(String text) {
    assertThat(AddressText.parse(text)).isEmpty();
  }

  @Test
  void whatIsAnIpv4Address_isWhatTheRuleSays() {
    Random random = new Random(1);
    String characters = "0012345.....6789a:";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(17); length > 0; length--) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      boolean isIpv4 =
          AddressText.parse(text.toString()).filter(address -> text.indexOf(":") < 0).isPresent();

      assertThat(isIpv4).as(text.toString()).isEqualTo(IPV4.matcher(text).matches());
    }
  }
}
