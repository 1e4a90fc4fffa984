package dev.latchkey.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AllowedNetworksTest {
  private static AllowedNetworks networks(String... texts) {
    return AllowedNetworks.of(List.of(texts));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "192.0.2.0/24, ::ffff:192.0.2.7, true",
  })
  void aClient_passesIfItIsInside(String network, String client, boolean passes) {
    assertThat(networks(network).allow(FixedAddress.of(AddressText.parse(client).orElseThrow())))
        .isEqualTo(passes);
  }

  @Test
  void withoutAList_everyonePasses_andWithOneNobodyWhoseAddressIsUnknown() {
    assertThat(AllowedNetworks.ALL.allow(null)).isTrue();
    assertThat(networks("0.0.0.0/0", "::/0").allow(null)).isFalse();
    assertThat(
            networks("0.0.0.0/0", "::/0").allow(FixedAddress.of(InetAddress.getLoopbackAddress())))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, true",
    "10.0.0.1/8, false",
    "10.0.0.1, true",
    "0.0.0.0/0, true",
    "2001:db8::/32, true",
    "2001:db8::1/32, false",
    "10.0.0.128/25, true",
    "10.0.0.64/25, false"
  })
  void aBlock_isCanonicalWithoutBitsBehindItsPrefix(String text, boolean canonical) {
    assertThat(Network.parse(text).orElseThrow().isCanonical()).isEqualTo(canonical);
  }

  @Test
  void aList_containsAnother_ifEveryBlockOfThatLiesInsideOneOfItsOwn() {
    AllowedNetworks outer = networks("10.0.0.0/8", "2001:db8::/32");

    assertThat(outer.contain(networks("10.1.0.0/16", "2001:db8:1::/48"))).isTrue();
    assertThat(outer.contain(networks("10.1.0.0/16", "192.0.2.0/24"))).isFalse();
    assertThat(outer.contain(networks("0.0.0.0/0"))).isFalse();
    assertThat(outer.contain(AllowedNetworks.ALL)).as("no list is every network").isFalse();
    assertThat(AllowedNetworks.ALL.contain(outer)).isTrue();
    assertThat(AllowedNetworks.ALL.contain(AllowedNetworks.ALL)).isTrue();
  }
}
