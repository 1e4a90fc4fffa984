package dev.latchkey.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressReaderTest {
  /** What Java takes in an IPv6 address and RFC 4291 and RFC 6943 do not. */
  private static final Pattern LENIENT =
      Pattern.compile(".*[0-9a-fA-F]{5}.*|.*(^|[:.])0[0-9]+\\..*|.*\\.0[0-9]+$");

  private final AddressReader reader = new AddressReader();

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::ffff:c000:201, 192.0.2.1",
    "0:0:0:0:0:FFFF:192.0.2.1, 192.0.2.1",
    "::, 0:0:0:0:0:0:0:0",
    "::1, 0:0:0:0:0:0:0:1",
    "1::, 1:0:0:0:0:0:0:0",
    "::192.0.2.1, 0:0:0:0:0:0:c000:201",
    "2001:db8::1:0:0:1, 2001:db8:0:0:1:0:0:1",
    "2001:DB8:0:0:8:800:200C:417A, 2001:db8:0:0:8:800:200c:417a",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:255.254.253.252, 1:2:3:4:5:6:fffe:fdfc"
  })
  void anAddress_isRead(String text, String plain) {
    assertThat(reader.read(text)).isTrue();

    assertThat(reader.fixed()).hasToString(plain);
    assertThat(reader.is(reader.fixed())).isTrue();
    assertThat(FixedAddress.of(reader.toInetAddress())).isEqualTo(reader.fixed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "::1::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "12345::",
        "::00001",
        "g::",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::01.2.3.4",
        "::256.1.1.1",
        "::1%lo",
        "[::1]",
        "::1 ",
        " ::1",
        "::1/128",
        "1::2::3",
        "::-1",
        "::+1",
        "::\u0661"
      })
  void anythingElse_isNot_andTheAddressBeforeStays(String text) {
    assertThat(reader.read("192.0.2.9")).isTrue();

    assertThat(reader.read(text)).isFalse();
    assertThat(reader.fixed()).hasToString("192.0.2.9");
  }

  @Test
  void whateverJavaReads_isReadAsTheSame_butWhatTheStandardsDoNotHave() {
    Random random = new Random(1);
    String characters = "00123456789abcdefF::::::...";
    int read = 0;
    for (int i = 0; i < 500_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "::" : "");
      for (int length = random.nextInt(22); length > 0; length--) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      text.append(random.nextInt(4) == 0 ? ":192.0.2.1" : "");
      // Of those without a colon AddressTextTest says which are addresses.
      text.append(text.indexOf(":") < 0 ? ":" : "");
      Optional<InetAddress> expected = javas(text.toString());

      assertThat(reader.read(text.toString())).as(text.toString()).isEqualTo(expected.isPresent());
      if (expected.isPresent()) {
        read++;
        assertThat(reader.toInetAddress()).as(text.toString()).isEqualTo(expected.get());
      }
    }
    assertThat(read).as("addresses among the texts").isGreaterThan(1_000);
  }

  /** Any address, written as Java writes it, without the longest run of zeros or with it. */
  @Test
  void everyAddress_isReadFromItsText() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      FixedAddress address = new FixedAddress(someGroups(random), someGroups(random));
      assertThat(reader.read(address.toString())).isTrue();
      assertThat(reader.fixed()).isEqualTo(address);
      String shorter = address.toString().replaceFirst("(^|:)0(:0)+(:|$)", "::");
      assertThat(reader.read(shorter)).as(shorter).isTrue();
      assertThat(reader.fixed()).isEqualTo(address);
    }
  }

  /** Four groups, of which about half are zero. */
  private static long someGroups(Random random) {
    long groups = 0;
    for (int i = 0; i < 4; i++) {
      groups = groups << Short.SIZE | (random.nextBoolean() ? random.nextInt(1 << Short.SIZE) : 0);
    }
    return groups;
  }

  private static Optional<InetAddress> javas(String text) {
    if (LENIENT.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
