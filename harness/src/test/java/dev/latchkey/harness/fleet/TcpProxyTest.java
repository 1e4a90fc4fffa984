package dev.latchkey.harness.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a proxy between two processes")
class TcpProxyTest {
  private static final int SHORT_MILLIS = 300;
  private static final int LONG_MILLIS = 10_000;

  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::serve);
    proxy = new TcpProxy("test", Ports.free(), echo.getLocalPort());
  }

  @AfterEach
  void end() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  @DisplayName("passes on what comes, both ways")
  void clear_passesOn() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 7, LONG_MILLIS)).isEqualTo(7);
      assertThat(proxy.connections()).isEqualTo(1);
    }
    Await.until(
        Duration.ofSeconds(5), () -> proxy.connections() == 0, () -> "the connection stays");
  }

  @Test
  @DisplayName("delays each direction, in order, and is quick again after")
  void delay_isInEachDirection() throws IOException {
    try (Socket client = connect()) {
      proxy.delay(Duration.ofMillis(100));
      long start = System.nanoTime();
      assertThat(echoed(client, 1, LONG_MILLIS)).isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
      client.getOutputStream().write(2);
      proxy.heal();
      client.getOutputStream().write(3);
      assertThat(client.getInputStream().read()).isEqualTo(2);
      assertThat(client.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("half open: keeps connections up, passes nothing on, and all of it once healed")
  void halfOpen_holdsBack() throws IOException {
    try (Socket before = connect()) {
      assertThat(echoed(before, 1, LONG_MILLIS)).isEqualTo(1);
      proxy.halfOpen();
      assertThatThrownBy(() -> echoed(before, 2, SHORT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      try (Socket during = connect()) {
        assertThatThrownBy(() -> echoed(during, 3, SHORT_MILLIS))
            .isInstanceOf(SocketTimeoutException.class);
        proxy.heal();
        during.setSoTimeout(LONG_MILLIS);
        assertThat(during.getInputStream().read()).isEqualTo(3);
      }
      before.setSoTimeout(LONG_MILLIS);
      assertThat(before.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("stalled: the connections there are pass nothing on, new ones do")
  void stalled_concernsOnlyEstablished() throws IOException {
    try (Socket before = connect()) {
      assertThat(echoed(before, 1, LONG_MILLIS)).isEqualTo(1);
      proxy.stallEstablished();
      assertThatThrownBy(() -> echoed(before, 2, SHORT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      try (Socket after = connect()) {
        assertThat(echoed(after, 3, LONG_MILLIS)).isEqualTo(3);
      }
    }
  }

  @Test
  @DisplayName("cut: ends connections and refuses new ones until it is healed")
  void cut_endsAndRefuses() throws IOException {
    try (Socket before = connect()) {
      assertThat(echoed(before, 1, LONG_MILLIS)).isEqualTo(1);
      proxy.cut();
      assertThat(endsWithin(before)).isTrue();
      assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
    proxy.heal();
    try (Socket after = connect()) {
      assertThat(echoed(after, 2, LONG_MILLIS)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("throttled: passes on so many bytes a second")
  void throttled_isSlow() throws IOException {
    int bytes = 20_000;
    try (Socket client = connect()) {
      assertThat(echoed(client, 1, LONG_MILLIS)).isEqualTo(1);
      proxy.throttle(50_000);
      long start = System.nanoTime();
      client.getOutputStream().write(new byte[bytes]);
      client.setSoTimeout(LONG_MILLIS);
      assertThat(client.getInputStream().readNBytes(bytes)).hasSize(bytes);
      // The last piece is passed on before its pause.
      client.getOutputStream().write(5);
      assertThat(client.getInputStream().read()).isEqualTo(5);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(350));
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static int echoed(Socket client, int value, int limitMillis) throws IOException {
    client.setSoTimeout(limitMillis);
    client.getOutputStream().write(value);
    return client.getInputStream().read();
  }

  private static boolean endsWithin(Socket client) {
    try {
      client.setSoTimeout(LONG_MILLIS);
      return client.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket client = echo.accept();
        Thread.startVirtualThread(
            () -> {
              try (client) {
                client.getInputStream().transferTo(client.getOutputStream());
              } catch (IOException e) {
                Thread.onSpinWait();
              }
            });
      } catch (IOException e) {
        return;
      }
    }
  }
}
