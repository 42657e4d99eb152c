# Fits the same models with lme4, the independent reference, and writes its
# estimates as lines "design,what,name,value".
#
#   Rscript lme4.R OUT FILE.csv[:means]…
#
# The optimiser is held to tighter bounds than its defaults, so that what is
# compared is the model and not where an optimiser stopped.
suppressPackageStartupMessages(library(lme4))
args <- commandArgs(trailingOnly = TRUE)
out <- file(args[1], "w", encoding = "UTF-8")
line <- function(design, what, name, value)
  writeLines(paste(design, what, name, sprintf("%.15g", value), sep = ","), out)
peak <- function() { # of the whole run so far, where the system tells it
  s <- tryCatch(readLines("/proc/self/status"), error = function(e) character())
  as.numeric(gsub("[^0-9]", "", grep("^VmHWM", s, value = TRUE))) / 1024
}
writeLines(paste0("# lme4 ", packageVersion("lme4"), ", R ", getRversion()), out)
for (arg in args[-1]) {
  means <- grepl(":means$", arg)
  path <- sub(":means$", "", arg)
  design <- sub("\\.csv$", "", basename(path))
  began <- proc.time()[["elapsed"]]
  d <- read.csv(path, stringsAsFactors = FALSE, encoding = "UTF-8")
  terms <- setdiff(names(d), c("school", "outcome"))
  # Categories are compared with the most frequent text, the first of equals.
  for (t in terms) if (is.character(d[[t]])) {
    d[[t]] <- enc2utf8(d[[t]])
    count <- table(factor(d[[t]], levels = sort(unique(d[[t]]), method = "radix")))
    d[[t]] <- relevel(factor(d[[t]], levels = names(count)), ref = names(count)[which.max(count)])
  }
  if (means) {
    d$prior.mean <- ave(d$prior, d$school)
    terms <- c(terms, "prior.mean")
  }
  read <- proc.time()[["elapsed"]] - began
  began <- proc.time()[["elapsed"]]
  m <- lmer(as.formula(paste("outcome ~", paste(terms, collapse = "+"), "+ (1 | school)")), data = d, REML = TRUE,
    control = lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE,
      optCtrl = list(xtol_abs = 1e-12, xtol_rel = 1e-12, ftol_abs = 1e-14, ftol_rel = 1e-14, maxeval = 10000)))
  re <- ranef(m, condVar = TRUE)$school
  fit <- proc.time()[["elapsed"]] - began
  vc <- as.data.frame(VarCorr(m))
  line(design, "variance", "school", vc$vcov[1])
  line(design, "variance", "pupil", vc$vcov[2])
  line(design, "criterion", "reml", REMLcrit(m))
  line(design, "fixed", names(fixef(m)), fixef(m))
  line(design, "se", names(fixef(m)), sqrt(diag(as.matrix(vcov(m)))))
  line(design, "effect", rownames(re), re[[1]])
  line(design, "condse", rownames(re), sqrt(as.vector(attr(re, "postVar"))))
  cat(sprintf("lme4: %s: %d pupils, %d schools: read %.2f s, fit %.2f s, peak of the run so far %.0f MB\n", design, nrow(d), nrow(re), read, fit, peak()))
}
close(out)
