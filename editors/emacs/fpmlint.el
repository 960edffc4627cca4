;;; fpmlint.el --- Lint php-fpm, php.ini, nginx and Apache httpd together  -*- lexical-binding: t; -*-

;; Author: The fpmlint authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1") (eglot "1.9"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; `fpmlint server' for Eglot.  After
;;
;;     (require 'fpmlint)
;;     (fpmlint-setup)
;;
;; every configuration file of a PHP stack that is visited is checked together with the others of its project.

;;; Code:

(require 'eglot)
(require 'project)

(defgroup fpmlint nil
  "Lint php-fpm, php.ini, nginx and Apache httpd together."
  :group 'tools)

(defcustom fpmlint-command '("fpmlint" "server")
  "The server's program and its arguments."
  :type '(repeat string))

(defcustom fpmlint-settings nil
  "Settings for the server, as a plist.
For example (:profile \"debian-12\" :target (:php \"8.3\")).
What is said here comes before fpmlint.toml."
  :type 'plist)

(defcustom fpmlint-file-regexps
  '("/\\(?:php-fpm\\|fpm\\|pool\\|pools\\)\\.d/[^/]*\\.conf\\'"
    "/\\(?:php-fpm\\|www\\|zz-docker\\|nginx\\|fastcgi\\|fastcgi-php\\|httpd\\|apache2\\)\\.conf\\'"
    "/\\(?:nginx\\|openresty\\|apache2?\\|httpd\\)/\\(?:.*/\\)?[^/]*\\.\\(?:conf\\|vhost\\|inc\\)\\'"
    "/sites-\\(?:available\\|enabled\\)/[^/]*\\'"
    "/\\(?:fastcgi_params\\|\\.htaccess\\|\\.user\\.ini\\)\\'"
    "/php\\.ini\\'"
    "/php[^/]*/\\(?:.*/\\)?[^/]*\\.ini\\'")
  "Files that the server is asked about, by their full names."
  :type '(repeat regexp))

(defconst fpmlint-modes
  '(conf-mode conf-unix-mode conf-windows-mode conf-space-mode conf-javaprop-mode nginx-mode apache-mode
    fundamental-mode)
  "Modes in which such files are visited.  One server serves them all.")

(defun fpmlint--contact (&rest _)
  "The command of `fpmlint-command', with `fpmlint-settings' as Eglot wants them."
  (append fpmlint-command
          (when fpmlint-settings (list :initializationOptions fpmlint-settings))))

(defun fpmlint-project (directory)
  "The project around DIRECTORY: the nearest folder upwards with an fpmlint.toml."
  (when-let ((root (locate-dominating-file directory "fpmlint.toml")))
    (cons 'transient (expand-file-name root))))

(defun fpmlint-maybe-start ()
  "Start Eglot here if the file is one of a PHP stack's."
  (when (and buffer-file-name
             (seq-some (lambda (regexp) (string-match-p regexp buffer-file-name)) fpmlint-file-regexps))
    (eglot-ensure)))

;;;###autoload
(defun fpmlint-setup ()
  "Let Eglot start the server for every configuration file of a PHP stack."
  (add-to-list 'eglot-server-programs (cons fpmlint-modes #'fpmlint--contact))
  ;; Last, so that a repository stays the project that it is.
  (add-hook 'project-find-functions #'fpmlint-project 90)
  (add-hook 'find-file-hook #'fpmlint-maybe-start))

(provide 'fpmlint)

;;; fpmlint.el ends here
