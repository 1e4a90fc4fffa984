package dev.latchkey.kit.net;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads addresses written as text, and never asks DNS for what is none. An IPv4 address mapped into
 * IPv6 ({@code ::ffff:192.0.2.1}) is read as the IPv4 address it stands for.
 */
public final class AddressText {
  private static final int LONGEST = 64;
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** Four octets in plain decimal; the JDK's own reader also takes {@code 1.2} and {@code 0x7f}. */
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern IPV4_PORT = Pattern.compile("([0-9.]+):[0-9]{1,5}");
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]*)](?::[0-9]{1,5})?");

  private AddressText() {}

  /** An address; empty for anything else, a name or a scoped address among them. */
  public static Optional<InetAddress> parse(String text) {
    if (text.length() > LONGEST
        || !(IPV4.matcher(text).matches() || IPV6.matcher(text).matches())) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
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
