package dev.latchkey.kit.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoggingSetupTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  private Logger root() {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  @Test
  void whatPrintsHeaders_staysQuiet_whateverTheRootsLevel() {
    assertThat(new LoggingSetup().configure(context))
        .isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

    root().setLevel(Level.TRACE);

    assertThat(root().iteratorForAppenders().next()).isInstanceOf(GatheredOutput.class);
    assertThat(context.getLogger("io.grpc.netty").isDebugEnabled()).isFalse();
    assertThat(context.getLogger("io.netty.handler").isDebugEnabled()).isFalse();
  }

  @Test
  void fileThatIsNamed_takesItsPlace() {
    System.setProperty(ClassicConstants.CONFIG_FILE_PROPERTY, "own.xml");
    try {
      assertThat(new LoggingSetup().configure(context))
          .isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    } finally {
      System.clearProperty(ClassicConstants.CONFIG_FILE_PROPERTY);
    }
    assertThat(root().iteratorForAppenders().hasNext()).isFalse();
  }
}
