package dev.latchkey.kit.runtime;

import dev.latchkey.kit.grpc.BufferLeaks;
import dev.latchkey.kit.settings.SettingsException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a service's process: it runs until SIGTERM or SIGINT, then drains and ends with code
 * 0. A configuration that cannot be used ends it with code {@value #UNUSABLE_CONFIGURATION} and the
 * mistakes on standard error, any other failure to start with {@value #FAILED}.
 */
public final class ServiceMain {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
  private static final int FAILED = 1;
  private static final int UNUSABLE_CONFIGURATION = 2;

  /**
   * How long a start under way may hold up the end, so that it does not leave a database behind.
   */
  private static final long START_GRACE_SECONDS = 5;

  private final CompletableFuture<RunningService> starting = new CompletableFuture<>();

  private ServiceMain() {}

  /** Starts the service and returns when it has ended. Ends the process if it does not start. */
  public static void run(Supplier<ServiceHost.Plan> plan) {
    run(plan, ServiceHost::start);
  }

  /**
   * The same for a service of another make.
   *
   * @param plan reads the settings; throws {@link SettingsException} where they have mistakes
   * @param start starts the service; throws {@link SettingsException} where it cannot listen
   */
  public static <P> void run(Supplier<P> plan, Function<P, ? extends RunningService> start) {
    BufferLeaks.watchFew();
    new ServiceMain().start(plan, start);
  }

  private <P> void start(Supplier<P> plan, Function<P, ? extends RunningService> start) {
    try {
      P made = plan.get();
      Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end"));
      RunningService service = start.apply(made);
      starting.complete(service);
      service.await();
    } catch (SettingsException mistakes) {
      System.err.println(mistakes.getMessage());
      exit(UNUSABLE_CONFIGURATION);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error failure) {
      LOG.error("the service did not start", failure);
      exit(FAILED);
    }
  }

  private void exit(int code) {
    starting.cancel(false);
    System.exit(code);
  }

  private void end() {
    try {
      starting.get(START_GRACE_SECONDS, TimeUnit.SECONDS).close();
      // Left alone, the JVM would report the signal (143) although all has ended in order.
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException | java.util.concurrent.CancellationException e) {
      LOG.debug("ended before it had started", e);
    }
  }
}
