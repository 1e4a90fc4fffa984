package dev.latchkey.kit.net;

/**
 * Reads addresses written as text, and is the one it read last. Makes no object of it: every call
 * of Authenticate may bring an address. For one thread.
 *
 * <p>An IPv4 address is four numbers in plain decimal (RFC 6943, 3.1.1: the strict form); an IPv6
 * address is as RFC 4291, 2.2 has it. Names, scopes, ports and brackets are none.
 */
public final class AddressReader implements Address {
  private static final int LONGEST_IPV4 = "255.255.255.255".length();
  private static final int GROUPS = 8;
  private static final int LONGEST_GROUP = 4;
  private static final int NONE = -1;

  private final int[] groups = new int[GROUPS];
  private long high;
  private long low;

  @Override
  public long high() {
    return high;
  }

  @Override
  public long low() {
    return low;
  }

  /** Reads an address; false, and no other address than before, for a text that is none. */
  public boolean read(String text) {
    if (text.indexOf(':') >= 0) {
      return readIpv6(text);
    }
    long octets = ipv4(text, 0);
    if (octets == NONE) {
      return false;
    }
    high = 0;
    low = MAPPED | octets;
    return true;
  }

  /** Four octets from a place to the end; {@value #NONE} for anything else. */
  private static long ipv4(String text, int from) {
    int length = text.length();
    if (length - from > LONGEST_IPV4) {
      return NONE;
    }
    long octets = 0;
    int at = from;
    for (int i = 0; i < Integer.BYTES; i++) {
      int end = i == Integer.BYTES - 1 ? length : text.indexOf('.', at);
      int octet = end < 0 ? NONE : octet(text, at, end);
      if (octet == NONE) {
        return NONE;
      }
      octets = octets << Byte.SIZE | octet;
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

  private boolean readIpv6(String text) {
    int length = text.length();
    int count = 0;
    // The group before which zeros are left out.
    int gap = NONE;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < length) {
      int end = endOfGroup(text, at);
      if (end < length && text.charAt(end) == '.') {
        long octets = count > GROUPS - 2 ? NONE : ipv4(text, at);
        if (octets == NONE) {
          return false;
        }
        groups[count++] = (int) (octets >>> Short.SIZE);
        groups[count++] = (int) octets & 0xFFFF;
        break;
      }
      if (count == GROUPS || end == at) {
        return false;
      }
      groups[count++] = group(text, at, end);
      if (end == length) {
        break;
      }
      at = end + 1;
      if (text.charAt(end) != ':' || at == length) {
        return false;
      }
      if (text.charAt(at) == ':') {
        if (gap != NONE) {
          return false;
        }
        gap = count;
        at++;
      }
    }
    if (gap == NONE ? count != GROUPS : count == GROUPS) {
      return false;
    }
    take(count, gap == NONE ? GROUPS : gap);
    return true;
  }

  /** Where up to four hexadecimal digits end. */
  private static int endOfGroup(String text, int from) {
    int most = Math.min(text.length(), from + LONGEST_GROUP);
    int end = from;
    while (end < most && hex(text.charAt(end)) != NONE) {
      end++;
    }
    return end;
  }

  private static int group(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = value << 4 | hex(text.charAt(i));
    }
    return value;
  }

  private static int hex(char digit) {
    if (digit >= '0' && digit <= '9') {
      return digit - '0';
    }
    int letter = digit | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : NONE;
  }

  /** Takes the groups: those before the gap from the left, those behind it from the right. */
  private void take(int count, int gap) {
    high = 0;
    low = 0;
    for (int i = 0; i < count; i++) {
      int place = i < gap ? i : GROUPS - count + i;
      int shift = (GROUPS / 2 - 1 - place % (GROUPS / 2)) * Short.SIZE;
      if (place < GROUPS / 2) {
        high |= (long) groups[i] << shift;
      } else {
        low |= (long) groups[i] << shift;
      }
    }
  }
}
