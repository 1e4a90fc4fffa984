package dev.latchkey.edge.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/**
 * Puts TLS, the {@link RequestClock} and the {@link RequestGate} into every connection's pipeline.
 */
@Singleton
final class GateInstaller implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private static final String HTTP_CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;

  private final Transport transport;

  GateInstaller(Transport transport) {
    this.transport = transport;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    NettyServerCustomizer.Registry registry = event.getBean();
    registry.register(new Listener(transport));
    return registry;
  }

  private record Listener(Transport transport) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role != ChannelRole.CONNECTION) {
        return this;
      }
      transport.accept(channel);
      return new Connection(channel, new RequestClock(transport.times()));
    }
  }

  private record Connection(Channel channel, RequestClock clock) implements NettyServerCustomizer {
    @Override
    public void onStreamPipelineBuilt() {
      channel
          .pipeline()
          .addBefore(HTTP_CODEC, "request-clock-bytes", clock.bytes())
          .addAfter(HTTP_CODEC, "request-gate", RequestGate.INSTANCE)
          .addAfter(HTTP_CODEC, "request-clock", clock.messages());
    }
  }
}
