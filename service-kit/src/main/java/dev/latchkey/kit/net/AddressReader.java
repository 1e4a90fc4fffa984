package dev.latchkey.kit.net;

/**
 * Reads addresses written as text, and is the one it read last. Makes no object of it: every call
 * of Authenticate may bring an address. For one thread.
 *
 * <p>An IPv4 address is four numbers in plain decimal (RFC 6943, 3.1.1: the strict form); an IPv6
 * address is as RFC 4291, 2.2 has it. Names, scopes, ports and brackets are none.
 */
public final class AddressReader implements Address {
  private static final int LONGEST = "0000:0000:0000:0000:0000:0000:255.255.255.255".length();
  private static final int DOTS = 3;
  private static final int GROUPS = 8;
  private static final int LONGEST_GROUP = 4;
  private static final int NONE = -1;

  private final byte[] ascii = new byte[LONGEST];
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
    int length = text.length();
    if (length > LONGEST) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char character = text.charAt(i);
      if (character > '~') {
        return false;
      }
      ascii[i] = (byte) character;
    }
    return read(ascii, 0, length);
  }

  /**
   * The same for the bytes of a text.
   *
   * @param from the place of its first byte
   * @param to the place behind its last
   */
  public boolean read(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == ':') {
        return readIpv6(text, from, to);
      }
    }
    long octets = ipv4(text, from, to);
    if (octets == NONE) {
      return false;
    }
    high = 0;
    low = MAPPED | octets;
    return true;
  }

  /**
   * Four octets of one to three digits without leading zeros, up to 255; {@value #NONE} for
   * anything else.
   */
  private static long ipv4(byte[] text, int from, int to) {
    long octets = 0;
    int octet = NONE;
    int dots = 0;
    for (int i = from; i < to; i++) {
      int character = text[i];
      if (character == '.') {
        if (octet == NONE || dots == DOTS) {
          return NONE;
        }
        octets = octets << Byte.SIZE | octet;
        octet = NONE;
        dots++;
      } else {
        if (character < '0' || character > '9' || octet == 0) {
          return NONE;
        }
        octet = Math.max(octet, 0) * 10 + character - '0';
        if (octet > 255) {
          return NONE;
        }
      }
    }
    return dots == DOTS && octet != NONE ? octets << Byte.SIZE | octet : NONE;
  }

  private boolean readIpv6(byte[] text, int from, int to) {
    int count = 0;
    // The group before which zeros are left out.
    int gap = NONE;
    int at = from;
    if (to - from >= 2 && text[from] == ':' && text[from + 1] == ':') {
      gap = 0;
      at = from + 2;
    }
    while (at < to) {
      int end = endOfGroup(text, at, to);
      if (end < to && text[end] == '.') {
        long octets = count > GROUPS - 2 ? NONE : ipv4(text, at, to);
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
      if (end == to) {
        break;
      }
      at = end + 1;
      if (text[end] != ':' || at == to) {
        return false;
      }
      if (text[at] == ':') {
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
  private static int endOfGroup(byte[] text, int from, int to) {
    int most = Math.min(to, from + LONGEST_GROUP);
    int end = from;
    while (end < most && hex(text[end]) != NONE) {
      end++;
    }
    return end;
  }

  private static int group(byte[] text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = value << 4 | hex(text[i]);
    }
    return value;
  }

  private static int hex(byte digit) {
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
