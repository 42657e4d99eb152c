# The model of internal/warning on a county's rows, by base R: what main.go compares.
# The penalised likelihood is climbed by optim() (BFGS), as in check.R.
options(digits = 15)
start <- proc.time()[["elapsed"]]
d <- as.matrix(read.csv(commandArgs(trailingOnly = TRUE)[1]))
read <- proc.time()[["elapsed"]] - start
start <- proc.time()[["elapsed"]]
k <- ncol(d) - 1; X <- d[, 1:k]; y <- d[, k + 1]
mu <- colMeans(X, na.rm = TRUE)
s <- apply(X, 2, function(v) sqrt(mean((v - mean(v, na.rm = TRUE))^2, na.rm = TRUE)))
M <- is.na(X) * 1
Z <- sweep(sweep(X, 2, mu), 2, s, "/"); Z[is.na(Z)] <- 0
A <- cbind(1, Z, M)
f <- function(w) { e <- A %*% w; sum(log1p(exp(-abs(e))) + pmax(e, 0) - y * e) + sum(w[-1]^2) / 2 }
g <- function(w) { p <- 1 / (1 + exp(-A %*% w)); as.vector(crossprod(A, p - y)) + c(0, w[-1]) }
w <- c(log(mean(y) / (1 - mean(y))), rep(0, ncol(A) - 1))
for (i in 1:3) w <- optim(w, f, g, method = "BFGS", control = list(maxit = 5000, reltol = 1e-14))$par
fit <- proc.time()[["elapsed"]] - start
cat(sprintf('{"Weights":[%s],"Read":%.3f,"Fit":%.3f}\n', paste(sprintf("%.12g", w), collapse = ","), read, fit))
