package dev.latchkey.kit.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses written as text, and never asks DNS for what is none. An IPv4 address mapped into
 * IPv6 ({@code ::ffff:192.0.2.1}) is read as the IPv4 address it stands for.
 */
public final class AddressText {
  private static final int LONGEST = 64;
  private static final int LONGEST_IPV4 = "255.255.255.255".length();
  private static final int NONE = -1;

  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern IPV4_PORT = Pattern.compile("([0-9.]+):[0-9]{1,5}");
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]*)](?::[0-9]{1,5})?");

  private AddressText() {}

  /** An address; empty for anything else, a name or a scoped address among them. */
  public static Optional<InetAddress> parse(String text) {
    byte[] octets = ipv4(text);
    if (octets != null) {
      return Optional.of(ofOctets(octets));
    }
    if (text.length() > LONGEST || !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Four octets in plain decimal, or null; the JDK's own reader also takes {@code 1.2} and {@code
   * 0x7f}. By hand, for every call of Authenticate may bring an address.
   */
  private static byte @Nullable [] ipv4(String text) {
    int length = text.length();
    if (length > LONGEST_IPV4) {
      return null;
    }
    byte[] octets = new byte[4];
    int at = 0;
    for (int i = 0; i < octets.length; i++) {
      int end = i == 3 ? length : text.indexOf('.', at);
      int octet = end < 0 ? NONE : octet(text, at, end);
      if (octet == NONE) {
        return null;
      }
      octets[i] = (byte) octet;
      at = end + 1;
    }
    return octets;
  }

  /** One to three digits without leading zeros, up to 255. */
  private static int octet(String text, int from, int to) {
    int digits = to - from;
    if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
      return NONE;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return NONE;
      }
      value = value * 10 + digit - '0';
    }
    return value <= 255 ? value : NONE;
  }

  private static InetAddress ofOctets(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** An address as proxies write it: with a port or in brackets, where they like that. */
  public static Optional<InetAddress> parseWithPort(String text) {
    for (Pattern pattern : new Pattern[] {IPV4_PORT, BRACKETED}) {
      Matcher matcher = pattern.matcher(text);
      if (matcher.matches()) {
        return parse(matcher.group(1));
      }
    }
    return parse(text);
  }
}
