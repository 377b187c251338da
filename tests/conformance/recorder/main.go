// Runs the real code of cozy-stack: reads a case a line, and writes what it did.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/cozy/cozy-stack/model/account"
	"github.com/cozy/cozy-stack/model/app"
	"github.com/cozy/cozy-stack/model/instance"
	"github.com/cozy/cozy-stack/model/instance/lifecycle"
	"github.com/cozy/cozy-stack/model/job"
	"github.com/cozy/cozy-stack/model/permission"
	"github.com/cozy/cozy-stack/pkg/config/config"
	"github.com/cozy/cozy-stack/pkg/consts"
	"github.com/cozy/cozy-stack/pkg/couchdb"
	"github.com/cozy/cozy-stack/pkg/jsonapi"
	"github.com/cozy/cozy-stack/pkg/prefixer"
	"github.com/cozy/cozy-stack/web/accounts"
	"github.com/cozy/cozy-stack/web/data"
	"github.com/cozy/cozy-stack/web/instances"
	"github.com/labstack/echo/v4"

	_ "github.com/cozy/cozy-stack/worker/exec"
)

type object = map[string]interface{}

type aCase struct {
	Do          string            `json:"do"`
	Manifest    object            `json:"manifest"`
	AccountType object            `json:"account_type"`
	Published   []string          `json:"published"`
	Host        string            `json:"host"`
	Query       string            `json:"query"`
	Context     string            `json:"context"`
	Files       []string `json:"files"`
}

// What a connector consists of: a script that says that it ran and with what, or the libraries that
// every connector starts with.
const (
	script  = `console.log(JSON.stringify({type: "critical", message: JSON.stringify({ran: "NAME", parameters: JSON.parse(process.env.COZY_PARAMETERS)})}))`
	library = `const { BaseKonnector, log } = require("LIBRARIES"); new BaseKonnector(() => log("critical", JSON.stringify({ ran: "NAME" })))`
)

func text(o object, key string) string { found, _ := o[key].(string); return found }

func main() {
	router := echo.New()
	router.HTTPErrorHandler = func(err error, c echo.Context) {
		status := http.StatusInternalServerError
		switch e := err.(type) {
		case *echo.HTTPError:
			status = e.Code
		case *jsonapi.Error:
			status = e.Status
		}
		_ = c.String(status, err.Error())
	}
	accounts.Routes(router.Group("/accounts"))
	router.GET("/data/io.cozy.accounts/:docid", data.GetAccount)
	router.GET("/fix/:domain", instances.Fix)
	config.GetConfig().Konnectors.Cmd = os.Getenv("RUNNER")
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one aCase
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		out, _ := json.Marshal(run(router, one))
		fmt.Println(string(out))
	}
}

func run(router *echo.Echo, c aCase) object {
	inst, slug := instance.One, text(c.Manifest, "slug")
	couchdb.Stored, job.Pushed, instance.Server = map[string]json.RawMessage{}, []string{}, ""
	couchdb.Put(inst, consts.Konnectors, slug, c.Manifest)
	app.Published = map[string]json.RawMessage{}
	for _, name := range c.Published {
		app.Published[name], _ = json.Marshal(object{"slug": name})
	}
	inst.ContextName = c.Context
	id := text(c.AccountType, "_id")
	couchdb.Put(prefixer.SecretsPrefixer, consts.AccountTypes, id, c.AccountType)
	set := permission.Set{}
	if asked, ok := c.Manifest["permissions"]; ok {
		written, _ := json.Marshal(asked)
		if err := json.Unmarshal(written, &set); err != nil {
			return object{"error": err.Error()}
		}
	}
	couchdb.Put(inst, consts.Permissions, slug, permission.Permission{PID: slug, Type: permission.TypeKonnector, Permissions: set})
	acc := &account.Account{DocID: "ACCOUNT", DocRev: "1-x", AccountType: id, Oauth: &account.OauthInfo{AccessToken: "T"}}
	if c.Do != "login" {
		couchdb.Put(inst, consts.Accounts, acc.DocID, acc)
	}
	switch c.Do {
	case "login":
		return login(router, c, inst, id)
	case "manage", "reconnect":
		return follow(router, "https://"+inst.Domain+"/accounts/"+id+"/ACCOUNT/"+c.Do+"?state=HARVEST&connection_id=1")
	case "refresh":
		path := "/accounts/" + id + "/ACCOUNT/refresh"
		return object{"status": ask(router, http.MethodPost, inst.Domain, path, slug).Code}
	case "run", "run with libraries":
		server := httptest.NewServer(router)
		defer server.Close()
		instance.Server = server.URL
		return result(work(c, object{"account": "ACCOUNT", "konnector": slug}))
	case "delete account":
		err := couchdb.DeleteDoc(inst, acc)
		out := object{"jobs": job.Pushed}
		if err != nil {
			out["error"] = err.Error()
		}
		if len(job.Pushed) == 1 && c.Files != nil {
			message := object{"account": "ACCOUNT", "konnector": job.Pushed[0], "account_deleted": true}
			out["run"] = result(work(c, message))
		}
		return out
	case "delete instance":
		out := result(lifecycle.DeleteAccounts(inst))
		out["jobs"] = job.Pushed
		return out
	case "fix orphans":
		answer := ask(router, http.MethodGet, inst.Domain, "/fix/"+inst.Domain, slug)
		out := object{"status": answer.Code, "jobs": job.Pushed, "accounts": couchdb.Ids(inst, consts.Accounts)}
		if answer.Code >= 400 {
			out["error"] = answer.Body.String()
		}
		return out
	}
	panic(c.Do)
}

func result(err error) object {
	if err == nil {
		return object{}
	}
	said := object{}
	if json.Unmarshal([]byte(err.Error()), &said) == nil {
		return said
	}
	return object{"error": strings.ReplaceAll(err.Error(), os.Getenv("RUNNER"), "konnector-node-run.sh")}
}

func ask(router *echo.Echo, method, host, path, token string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	request.Host = host
	request.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	router.ServeHTTP(answer, request)
	return answer
}

// login starts one, and comes back from the provider to a host with the query that it gets there.
func login(router *echo.Echo, c aCase, inst *instance.Instance, id string) object {
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"access_token": "T"}`))
	}))
	defer tokens.Close()
	if text(c.AccountType, "token_endpoint") != "" {
		c.AccountType["token_endpoint"] = tokens.URL
	}
	couchdb.Put(prefixer.SecretsPrefixer, consts.AccountTypes, id, c.AccountType)
	service := strings.TrimPrefix(id, c.Context+"/")
	start := ask(router, http.MethodGet, inst.Domain, "/accounts/"+service+"/start?state=HARVEST&nonce=N&scope=read&slug=home", "")
	out := object{"start": start.Code}
	if start.Code != http.StatusSeeOther {
		return out
	}
	to, _ := url.Parse(start.Header().Get("Location"))
	query := strings.ReplaceAll(c.Query, "STATE", to.Query().Get("state"))
	back := ask(router, http.MethodGet, c.Host, "/accounts/"+service+"/redirect?"+query, "")
	out["redirect"] = back.Code
	if back.Code == http.StatusSeeOther {
		out["back"] = back.Header().Get("Location")
	} else {
		out["error"] = back.Body.String()
	}
	made := []account.Account{}
	_ = couchdb.GetAllDocs(inst, consts.Accounts, nil, &made)
	types := []string{}
	for _, one := range made {
		types = append(types, one.AccountType)
	}
	out["accounts"] = types
	return out
}

// follow asks for a page, and follows its redirects as a browser does, up to five on the instance.
func follow(router *echo.Echo, page string) object {
	at, _ := url.Parse(page)
	seen := []string{}
	for len(seen) < 5 {
		answer := ask(router, http.MethodGet, at.Host, at.RequestURI(), "")
		location := answer.Header().Get("Location")
		if location == "" {
			return object{"visited": seen, "status": answer.Code, "error": answer.Body.String()}
		}
		next, err := at.Parse(location)
		if err != nil {
			return object{"visited": seen, "error": err.Error()}
		}
		seen = append(seen, next.Scheme+"://"+next.Host+next.Path)
		if next.Host != instance.One.Domain {
			break
		}
		at = next
	}
	return object{"visited": seen}
}

// work runs the stack's worker for connectors on the files of a case.
func work(c aCase, message object) error {
	folder, err := os.MkdirTemp("", "connector")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, name := range c.Files {
		file := filepath.Join(folder, name)
		_ = os.MkdirAll(filepath.Dir(file), 0o755)
		content := script
		if c.Do == "run with libraries" {
			content = library
		}
		content = strings.NewReplacer("NAME", name, "LIBRARIES", os.Getenv("LIBRARIES")).Replace(content)
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
	}
	app.Folder = folder
	written, err := job.NewMessage(message)
	if err != nil {
		return err
	}
	worker := job.Workers["konnector"]
	ctx, err := worker.WorkerStart(&job.TaskContext{Context: context.Background(), Instance: instance.One, Message: written})
	if err != nil {
		return err
	}
	return worker.WorkerFunc(ctx)
}
