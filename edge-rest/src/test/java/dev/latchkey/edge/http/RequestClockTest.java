package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long the head and the body of a request may take, by a clock that the test moves. */
final class RequestClockTest {
  private static final long HEAD = RequestTimes.DEFAULT.head().toSeconds();
  private static final long BODY = RequestTimes.DEFAULT.body().toSeconds();
  private static final String POST =
      "POST /api/v1/authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";

  private EmbeddedChannel connection;

  @BeforeEach
  void open() {
    RequestClock clock = new RequestClock(RequestTimes.DEFAULT);
    connection = new EmbeddedChannel();
    connection.freezeTime();
    connection.pipeline().addLast(clock.bytes(), new HttpServerCodec(), clock.messages());
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  private void send(String text) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    connection.writeInbound(bytes);
    ReferenceCountUtil.release(connection.readInbound());
  }

  /** A byte a second, for a time or until it is closed; gives the seconds it was open. */
  private long trickle(long seconds) {
    long passed = 0;
    while (passed < seconds && connection.isOpen()) {
      send("a");
      connection.advanceTimeBy(1, TimeUnit.SECONDS);
      connection.runScheduledPendingTasks();
      passed++;
    }
    return passed;
  }

  @Test
  void trickledHead_isClosedAfterItsTime() {
    send("GET /");

    assertThat(trickle(HEAD * 2)).isEqualTo(HEAD);
  }

  @Test
  void trickledBody_isClosedAfterItsTime() {
    send(POST);

    assertThat(trickle(BODY * 2)).isEqualTo(BODY);
  }

  @Test
  void bodyThatIsThereInTime_leavesTheConnectionOpen() {
    send(POST);
    assertThat(trickle(BODY - 1)).isEqualTo(BODY - 1);
    send("a".repeat(1_000 - (int) BODY + 1));

    connection.advanceTimeBy(Duration.ofMinutes(5).toSeconds(), TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void bodyOfTheNextRequest_hasATimeOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      send(POST);
      assertThat(trickle(BODY - 1)).isEqualTo(BODY - 1);
      send("a".repeat(1_000 - (int) BODY + 1));
    }
    assertThat(connection.isOpen()).isTrue();
  }
}
