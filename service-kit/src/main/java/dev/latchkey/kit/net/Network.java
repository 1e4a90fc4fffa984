package dev.latchkey.kit.net;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632).
 *
 * @param address any address of the block
 * @param prefixLength how many leading bits all its addresses share
 */
public record Network(InetAddress address, int prefixLength) {
  private static final Pattern CIDR = Pattern.compile("([^/]+)/([0-9]{1,3})");

  /** Checks the length against the kind of address. */
  public Network {
    if (prefixLength < 0 || prefixLength > bits(address)) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
  }

  /** Reads a block, or a single address as the block of itself; empty for anything else. */
  public static Optional<Network> parse(String text) {
    Matcher matcher = CIDR.matcher(text);
    if (!matcher.matches()) {
      return AddressText.parse(text).map(address -> new Network(address, bits(address)));
    }
    int length = Integer.parseInt(matcher.group(2));
    return AddressText.parse(matcher.group(1))
        .filter(address -> length <= bits(address))
        .map(address -> new Network(address, length));
  }

  /** Whether an address lies in the block. IPv4 and IPv6 never lie in each other's. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xFF) >> (8 - rest) == 0;
  }

  /** Whether a whole block lies in this one. */
  public boolean contains(Network other) {
    return other.prefixLength >= prefixLength && contains(other.address);
  }

  /** Whether the address is the first of its block: {@code 10.0.0.0/8}, not {@code 10.0.0.1/8}. */
  public boolean isCanonical() {
    byte[] bytes = address.getAddress();
    for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
      if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixLength;
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * 8;
  }
}
