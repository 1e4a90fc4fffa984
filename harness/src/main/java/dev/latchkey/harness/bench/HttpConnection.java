package dev.latchkey.harness.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * One HTTP/1.1 connection of a load, kept alive, with one request under way on it. Understands
 * answers with a {@code Content-Length} and nothing else. For one thread at a time.
 */
final class HttpConnection implements AutoCloseable {
  private static final int LARGEST_ANSWER = 64 << 10;
  private static final int SHOWN = 500;
  private static final byte[] GOOD = ascii("HTTP/1.1 200 ");
  private static final byte[] LENGTH = ascii("\r\ncontent-length:");
  private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");

  private final SocketChannel channel;
  private final byte[][] requests;
  private final SplittableRandom random;
  private final byte[] bytes = new byte[LARGEST_ANSWER];
  private final ByteBuffer in = ByteBuffer.wrap(bytes);
  private int expected;
  private long sent;

  private HttpConnection(SocketChannel channel, byte[][] requests, SplittableRandom random) {
    this.channel = channel;
    this.requests = requests;
    this.random = random;
  }

  /**
   * Connects.
   *
   * @param requests what is asked, chosen from at random
   */
  static HttpConnection open(InetSocketAddress server, byte[][] requests, SplittableRandom random)
      throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return new HttpConnection(channel, requests, random);
  }

  void register(Selector selector) throws IOException {
    var _ = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends the next request, the one before being answered. */
  void ask() throws IOException {
    var _ = in.clear();
    expected = 0;
    ByteBuffer request = ByteBuffer.wrap(requests[random.nextInt(requests.length)]);
    sent = System.nanoTime();
    int written = channel.write(request);
    // With nothing else under way there is always room for it.
    if (request.hasRemaining()) {
      throw new IOException("only %d bytes of a request could be sent".formatted(written));
    }
  }

  /**
   * Takes in what has come.
   *
   * @return whether the answer is whole
   * @throws IOException if it is not as it should be
   */
  boolean read() throws IOException {
    if (channel.read(in) < 0) {
      throw new IOException("the server closed the connection: " + shown());
    }
    if (expected == 0) {
      expected = length();
    }
    if (expected > bytes.length || (expected > 0 && in.position() > expected)) {
      throw new IOException("an answer of the wrong length: " + shown());
    }
    return expected > 0 && in.position() == expected;
  }

  /** When the request was sent, by {@link System#nanoTime}. */
  long sent() {
    return sent;
  }

  /** The length of the whole answer, head and body; 0 where the head is not whole yet. */
  private int length() throws IOException {
    int end = find(END_OF_HEAD, in.position());
    if (end < 0) {
      return 0;
    }
    if (!matches(GOOD, 0)) {
      throw new IOException("not 200: " + shown());
    }
    int header = find(LENGTH, end);
    if (header < 0) {
      throw new IOException("an answer without Content-Length: " + shown());
    }
    return end + END_OF_HEAD.length + number(header + LENGTH.length);
  }

  private int number(int from) {
    int at = from;
    while (bytes[at] == ' ') {
      at++;
    }
    int number = 0;
    for (; bytes[at] >= '0' && bytes[at] <= '9' && number < LARGEST_ANSWER; at++) {
      number = number * 10 + bytes[at] - '0';
    }
    return number;
  }

  private int find(byte[] lowerCase, int end) {
    for (int at = 0; at + lowerCase.length <= end; at++) {
      if (bytes[at] == lowerCase[0] && matches(lowerCase, at)) {
        return at;
      }
    }
    return -1;
  }

  /** Whether these stand there, whatever the case of letters is. */
  private boolean matches(byte[] wanted, int at) {
    for (int i = 0; i < wanted.length; i++) {
      if (lower(bytes[at + i]) != lower(wanted[i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }

  private String shown() {
    return new String(bytes, 0, Math.min(in.position(), SHOWN), StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
