package dev.latchkey.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

final class BufferLeaksTest {
  /** By the name that this version of Netty asks for, and before it asks. */
  @Test
  void nettyIsTold_howManyBuffersToWatch() throws Exception {
    var _ = EventLoops.of("told", 1).shutdownGracefully();

    assertThat(System.getProperty(nameOf(ResourceLeakDetector.class))).isEqualTo("4096");
  }

  private static String nameOf(Class<?> detector) throws ReflectiveOperationException {
    Field name = detector.getDeclaredField("PROP_SAMPLING_INTERVAL");
    name.setAccessible(true);
    return (String) name.get(null);
  }

  @Test
  void whatTheCommandLineSays_holds() {
    String name = "io.netty.leakDetection.samplingInterval";
    System.setProperty(name, "1");
    try {
      BufferLeaks.watchFew();

      assertThat(System.getProperty(name)).isEqualTo("1");
    } finally {
      System.clearProperty(name);
    }
  }
}
