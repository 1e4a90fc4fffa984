package dev.latchkey.kit.logging;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * How every service logs: one line a record on standard output. In code, for a service that starts
 * would spend a tenth of its time on reading the same from XML. A file that is named with {@code
 * -Dlogback.configurationFile} takes its place.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class LoggingSetup extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%nopex%d{\"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\", UTC} %-5level %logger{0}"
          + " %oneLine(%msg%n%rEx)";

  private static final Map<String, Level> LEVELS =
      Map.of(
          Logger.ROOT_LOGGER_NAME,
          Level.INFO,
          // Their DEBUG prints the headers of every call, keys and all: pinned, whatever the root's
          // level.
          "io.grpc",
          Level.INFO,
          "io.netty",
          Level.WARN,
          "io.micronaut",
          Level.WARN,
          "io.zonky",
          Level.WARN,
          "com.zaxxer.hikari",
          Level.WARN,
          "org.flywaydb",
          Level.WARN,
          // Says at each start that the driver we name is not one that registered itself.
          "com.zaxxer.hikari.util.DriverDataSource",
          Level.ERROR);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("oneLine", OneLine::new);
    layout.setPattern(PATTERN);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    GatheredOutput output = new GatheredOutput();
    output.setContext(context);
    output.setName("STDOUT");
    output.setEncoder(encoder);
    output.start();
    LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(output);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
