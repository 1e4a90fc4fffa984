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
  private static final Pattern IPV4_PORT = Pattern.compile("([0-9.]+):[0-9]{1,5}");
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]*)](?::[0-9]{1,5})?");

  private AddressText() {}

  /** An address; empty for anything else, a name or a scoped address among them. */
  public static Optional<InetAddress> parse(String text) {
    AddressReader reader = new AddressReader();
    return reader.read(text) ? Optional.of(reader.toInetAddress()) : Optional.empty();
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
