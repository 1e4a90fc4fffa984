package dev.latchkey.kit.net;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632).
 *
 * @param address any address of the block
 * @param prefixLength how many leading bits all its addresses share
 */
public record Network(FixedAddress address, int prefixLength) {
  private static final int IPV6_BITS = 2 * Long.SIZE;
  private static final Pattern CIDR = Pattern.compile("([^/]+)/([0-9]{1,3})");

  /** Checks the length against the kind of address. */
  public Network {
    if (prefixLength < 0 || prefixLength > bits(address)) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
  }

  /** Reads a block, or a single address as the block of itself; empty for anything else. */
  public static Optional<Network> parse(String text) {
    Matcher block = CIDR.matcher(text);
    boolean isBlock = block.matches();
    AddressReader reader = new AddressReader();
    if (!reader.read(isBlock ? block.group(1) : text)) {
      return Optional.empty();
    }
    FixedAddress address = reader.fixed();
    int length = isBlock ? Integer.parseInt(block.group(2)) : bits(address);
    return length <= bits(address) ? Optional.of(new Network(address, length)) : Optional.empty();
  }

  /** Whether an address lies in the block. IPv4 and IPv6 never lie in each other's. */
  public boolean contains(Address other) {
    return address.isIpv4() == other.isIpv4()
        && ((address.high() ^ other.high()) & highMask()) == 0
        && ((address.low() ^ other.low()) & lowMask()) == 0;
  }

  /** Whether a whole block lies in this one. */
  public boolean contains(Network other) {
    return other.prefixLength >= prefixLength && contains(other.address);
  }

  /** Whether the address is the first of its block: {@code 10.0.0.0/8}, not {@code 10.0.0.1/8}. */
  public boolean isCanonical() {
    return (address.high() & ~highMask()) == 0 && (address.low() & ~lowMask()) == 0;
  }

  /** The bits that the first halves of its addresses share. */
  private long highMask() {
    return leading(sharedBits());
  }

  /** The same of the second halves. */
  private long lowMask() {
    return leading(sharedBits() - Long.SIZE);
  }

  /** How many bits its addresses share as IPv6 addresses. */
  private int sharedBits() {
    return IPV6_BITS - bits(address) + prefixLength;
  }

  /** A long whose first bits are set. */
  private static long leading(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }

  private static int bits(Address address) {
    return address.isIpv4() ? Integer.SIZE : IPV6_BITS;
  }
}
