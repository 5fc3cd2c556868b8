/** @type {import('next').NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  serverExternalPackages: ['@resvg/resvg-js', 'kafkajs', 'pdfkit', 'prom-client', 'better-sqlite3', 'pg'],
  experimental: { agentUpgrade: false },
  ...(process.env.HEADCOUNT_DIST_DIR ? { distDir: process.env.HEADCOUNT_DIST_DIR } : {}),
};
