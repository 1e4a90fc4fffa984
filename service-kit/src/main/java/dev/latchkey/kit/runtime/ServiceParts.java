package dev.latchkey.kit.runtime;

import dev.latchkey.kit.audit.AuditLists;
import dev.latchkey.kit.audit.AuditLog;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseOpening;
import dev.latchkey.kit.database.DirectConnections;
import dev.latchkey.kit.database.JdbcTransactions;
import dev.latchkey.kit.database.ReadPool;
import dev.latchkey.kit.database.ServiceSecrets;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.operations.Metrics;
import dev.latchkey.kit.operations.Readiness;
import dev.latchkey.kit.paging.PageTokens;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import javax.sql.DataSource;

/** The beans that every service with a database has. */
@Factory
@Requires(bean = ServiceHost.Plan.class)
final class ServiceParts {
  private final ServiceHost.Plan plan;

  ServiceParts(ServiceHost.Plan plan) {
    this.plan = plan;
  }

  /** Primary, for the framework has a clock of its own. */
  @Singleton
  @Primary
  InstantSource clock() {
    return plan.clock();
  }

  @Singleton
  SecureRandom random() {
    return new SecureRandom();
  }

  @Singleton
  Uuid7 ids(InstantSource clock, SecureRandom random) {
    return new Uuid7(clock, random);
  }

  /** Only for what cannot be handed out before the database is open: it is waited for here. */
  @Singleton
  Database database(DatabaseOpening opening) {
    return opening.await();
  }

  @Singleton
  DirectConnections directConnections(DatabaseOpening opening) {
    return opening.directConnections();
  }

  @Singleton
  DataSource work(DatabaseOpening opening) {
    return opening.work();
  }

  @Singleton
  JdbcTransactions jdbcTransactions(DataSource connections) {
    return new JdbcTransactions(connections);
  }

  @Singleton
  Transactions transactions(JdbcTransactions transactions, DataSource dataSource) {
    return new Transactions(
        transactions, plan.database().name() + " database", Database.evicting(dataSource));
  }

  /** Made only where something asks for it. */
  @Singleton
  @Bean(preDestroy = "close")
  ReadPool lookups(DatabaseOpening opening) {
    return opening.lookups();
  }

  @Singleton
  PageTokens pageTokens(Transactions transactions, SecureRandom random) {
    return new PageTokens(() -> ServiceSecrets.get(transactions, random, "page-tokens"));
  }

  @Singleton
  AuditLog auditLog(Uuid7 ids) {
    return new AuditLog(ids);
  }

  @Singleton
  AuditLists auditLists(Transactions transactions, PageTokens pageTokens) {
    return new AuditLists(transactions, pageTokens);
  }

  @Singleton
  Readiness readiness() {
    return new Readiness();
  }

  @Singleton
  @Bean(preDestroy = "close")
  PrometheusMeterRegistry metrics() {
    return Metrics.create(plan.name());
  }
}
