;;; session.el --- a session with the real Eglot  -*- lexical-binding: t; -*-

;; In: FPMLINT_PROGRAM, and the stack as working folder.  Out: one line `ok NAME' or `not ok NAME: why' for each step.

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'fpmlint)
(require 'flymake)

(defconst limit 40)
(defconst stack default-directory)
(defvar failed nil)
(defvar site nil)
(defvar pool nil)

(setq eglot-sync-connect t
      eglot-connect-timeout limit
      flymake-no-changes-timeout 0.01
      eglot-send-changes-idle-time 0.01
      eglot-confirm-server-initiated-edits nil
      enable-local-variables nil
      make-backup-files nil
      create-lockfiles nil
      fpmlint-command (list (getenv "FPMLINT_PROGRAM") "server"))
(fpmlint-setup)

(defun step (name work)
  "Run WORK and say how NAME went."
  (unless failed
    (condition-case why
        (progn (funcall work) (princ (format "ok %s\n" name)))
      (error (setq failed t)
             (princ (format "not ok %s: %S\n" name why))))))

(defun wait-for (what ask)
  "Wait until ASK gives something, or say that WHAT did not come."
  (let ((end (+ (float-time) limit)))
    (while (not (funcall ask))
      (when (> (float-time) end) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.02))))

(defun visit (file)
  "Visit FILE as a person does, with Eglot on it."
  (let ((buffer (find-file (expand-file-name file stack))))
    ;; Eglot starts after the command that visits a file; a batch run has no commands.
    (with-current-buffer buffer
      (run-hooks 'post-command-hook)
      (unless (eglot-managed-p) (apply #'eglot (eglot--guess-contact)))
      (flymake-mode 1))
    buffer))

(defun count-rule (buffer rule)
  "How many diagnostics of BUFFER speak of RULE."
  (with-current-buffer buffer
    (seq-count (lambda (it) (string-match-p (regexp-quote rule) (flymake-diagnostic-text it)))
               (flymake-diagnostics))))

(defun change (buffer work)
  "Change BUFFER by WORK and let the server know."
  (with-current-buffer buffer
    (undo-boundary)
    (save-excursion (goto-char (point-min)) (funcall work))
    (undo-boundary)
    (eglot--signal-textDocument/didChange)))

(step "a finding is shown"
      (lambda ()
        (setq site (visit "etc/nginx/conf.d/site.conf"))
        (wait-for "the finding" (lambda () (= 1 (count-rule site "SCRIPT_FILENAME is never sent"))))))

(step "hovering explains the directive"
      (lambda ()
        (with-current-buffer site
          (goto-char (point-min))
          (search-forward "fastcgi_p")
          (let ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
            (unless (string-match-p "fastcgi_pass" (format "%S" answer)) (error "%S" answer))))))

(step "a code action mends it"
      (lambda ()
        (with-current-buffer site
          (let* ((finding (car (flymake-diagnostics)))
                 (actions (eglot-code-actions (flymake-diagnostic-beg finding) (flymake-diagnostic-end finding) "quickfix"))
                 (action (or (car actions) (error "No action")))
                 (edit (plist-get action :edit)))
            (unless edit
              (setq edit (plist-get (jsonrpc-request (eglot-current-server) :codeAction/resolve action) :edit)))
            (eglot--apply-workspace-edit edit)
            (unless (string-match-p "SCRIPT_FILENAME" (buffer-string)) (error "Not mended"))
            (eglot--signal-textDocument/didChange)))
        (wait-for "no finding" (lambda () (= 0 (count-rule site ""))))))

(step "renaming the socket in the pool marks the open site"
      (lambda ()
        (setq pool (visit "etc/php-fpm.d/www.conf"))
        (change pool (lambda ()
                       (re-search-forward "^listen = .*$")
                       (replace-match "listen = /run/php-fpm/renamed.sock")))
        (wait-for "findings in the site" (lambda () (= 2 (count-rule site "no pool listens"))))))

(step "undoing clears it"
      (lambda ()
        (change pool (lambda () (undo)))
        (wait-for "no finding in the site" (lambda () (= 0 (count-rule site ""))))))

(step "one server serves both buffers"
      (lambda ()
        (unless (eq (with-current-buffer site (eglot-current-server)) (with-current-buffer pool (eglot-current-server)))
          (error "Two servers"))))

(unless failed (with-current-buffer site (eglot-shutdown (eglot-current-server) nil limit)))
(kill-emacs (if failed 1 0))

;;; session.el ends here
