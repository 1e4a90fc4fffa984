package dev.latchkey.kit.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record looks like on standard output, and when it is there. */
final class LogOutputTest {
  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final GatheredOutput gathered = new GatheredOutput();
  private Logger log;

  @BeforeEach
  void start() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    context.setMDCAdapter(new LogbackMDCAdapter());
    gathered.setContext(context);
    gathered.setEncoder(encoder);
    gathered.start();
    gathered.setOutputStream(out);
    log = context.getLogger("test");
    log.addAppender(gathered);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private String written() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void records_areGathered_andThereWithinAMoment() {
    log.info("one");
    log.info("two");

    long start = System.nanoTime();
    while (!written().equals("one\ntwo\n")) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      Thread.onSpinWait();
    }
  }

  @Test
  void warning_isThereAtOnce_withAllBeforeIt() {
    log.info("before");
    log.warn("look");

    assertThat(written()).isEqualTo("before\nlook\n");
  }

  @Test
  void end_losesNothing() {
    log.info("last words");
    context.stop();

    assertThat(written()).isEqualTo("last words\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "a\\n > a\\n",
        "a\\nb\\n > a | b\\n",
        "a\\r\\n\\tb\\n > a | b\\n",
        "a\\rb\\n > a | b\\n",
        "\\n\\na\\n > ' | a\\n'",
      })
  void breaksInsideARecord_areNone(String record, String line) {
    OneLine converter = new OneLine();
    converter.setChildConverter(new MessageConverter());
    LoggingEvent event = new LoggingEvent();
    event.setMessage(record.translateEscapes());

    assertThat(converter.convert(event)).isEqualTo(line.translateEscapes());
  }
}
