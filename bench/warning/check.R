# The model of internal/warning, fitted over by base R, on the data set that tests
# the method (UCI 697: higher education, so it says nothing of children).
#
#   Rscript bench/warning/check.R ../shared/data/uci-dropout/students_dropout_academic_success.csv > internal/warning/testdata/uci.r.csv
#
# It shares no code with the Go engine: the penalised likelihood is climbed by
# optim() (BFGS) instead of Newton's method, the area under the curve is counted by
# wilcox.test(), and without a penalty glm() gives the weights. No package beyond
# base R is needed.

options(digits = 15)
d <- read.csv(commandArgs(trailingOnly = TRUE)[1], check.names = FALSE, fileEncoding = "UTF-8-BOM")
cols <- c(7, 13, 14, 15, 16, 17, 19, 20, 23, 24, 25, 26, 27)  # known after the first semester
X <- as.matrix(d[, cols]); y <- as.numeric(d[, 37] == "Dropout")
n <- nrow(d); cut <- floor(0.7 * n)
tr <- seq_len(cut); te <- (cut + 1):n
mu <- colMeans(X[tr, ]); s <- apply(X[tr, ], 2, function(v) sqrt(mean((v - mean(v))^2)))
Z <- cbind(1, sweep(sweep(X, 2, mu), 2, s, "/"))
say <- function(name, v) cat(sprintf("%s,%.12g\n", name, v), sep = "")

fit <- function(pen) {
  A <- Z[tr, ]; b <- y[tr]
  f <- function(w) { e <- A %*% w; sum(log1p(exp(-abs(e))) + pmax(e, 0) - b * e) + pen / 2 * sum(w[-1]^2) }
  g <- function(w) { p <- 1 / (1 + exp(-A %*% w)); as.vector(t(A) %*% (p - b)) + pen * c(0, w[-1]) }
  w <- rep(0, ncol(A))
  for (i in 1:20) w <- optim(w, f, g, method = "BFGS", control = list(maxit = 5000, reltol = 1e-16))$par
  w
}
auc <- function(p, y) as.numeric(suppressWarnings(wilcox.test(p[y == 1], p[y == 0]))$statistic) / sum(y) / sum(1 - y)
for (pen in c(1, 50)) {
  w <- fit(pen); p <- as.vector(1 / (1 + exp(-Z[te, ] %*% w)))
  say(paste0("w", pen, "_", 0:length(cols)), w)
  say(paste0("auc", pen), auc(p, y[te]))
  say(paste0("brier", pen), mean((p - y[te])^2))
  for (k in c(50, 100, 200)) say(paste0("hits", pen, "_", k), sum(y[te][order(-p)[1:k]]))
}
g <- glm(y[tr] ~ Z[tr, -1], family = binomial, control = list(epsilon = 1e-14, maxit = 100))
say(paste0("w0_", 0:length(cols)), coef(g))
